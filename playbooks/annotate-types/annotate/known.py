"""What the standard library answers, as far as it does not depend on the arguments."""

from collections.abc import Mapping

from annotate.kinds import BOOL, BYTES, COMPLEX, FLOAT, INT, NONE, STR, Kind, Type, builtin


def _table(rows: Mapping[Type, str]) -> dict[str, Type]:
    return {name: given for given, names in rows.items() for name in names.split()}


MAGIC_METHODS = _table(
    {
        STR: "__str__ __repr__ __format__",
        INT: "__len__ __length_hint__ __int__ __index__ __hash__ __sizeof__",
        FLOAT: "__float__",
        COMPLEX: "__complex__",
        BOOL: "__bool__ __contains__ __instancecheck__ __subclasscheck__",
        BYTES: "__bytes__",
        NONE: "__init__ __del__ __setattr__ __delattr__ __setitem__ __delitem__ __set__ __delete__ "
        "__set_name__ __init_subclass__ __post_init__",
    }
)
"""Methods whose type the language fixes."""

BUILTIN_CALLS = _table(
    {
        BOOL: "all any bool callable hasattr isinstance issubclass",
        INT: "hash id int len ord",
        FLOAT: "float",
        COMPLEX: "complex",
        STR: "ascii bin chr format hex input oct repr str",
        BYTES: "bytes",
        NONE: "print setattr delattr",
        builtin("range"): "range",
        builtin("bytearray"): "bytearray",
        builtin("list"): "list sorted",
        builtin("dict"): "dict",
        builtin("set"): "set",
        builtin("frozenset"): "frozenset",
    }
)
"""A container without arguments is an empty one, which it is when called without arguments."""

_STANDARD = {
    INT: "math.ceil math.comb math.factorial math.floor math.gcd math.isqrt math.lcm math.perm "
    "math.trunc operator.index os.getpid random.getrandbits random.randint random.randrange "
    "sys.getrecursionlimit sys.getsizeof time.monotonic_ns time.perf_counter_ns time.time_ns "
    "zlib.adler32 zlib.crc32",
    FLOAT: "math.acos math.acosh math.asin math.asinh math.atan math.atan2 math.atanh "
    "math.copysign math.cos math.cosh math.degrees math.dist math.erf math.erfc math.exp "
    "math.expm1 "
    "math.fabs math.fmod math.fsum math.gamma math.hypot math.ldexp math.lgamma math.log "
    "math.log10 math.log1p math.log2 math.pow math.radians math.remainder math.sin math.sinh "
    "math.sqrt math.tan math.tanh random.betavariate random.expovariate random.gauss "
    "random.random random.triangular random.uniform time.monotonic time.perf_counter "
    "time.process_time time.time",
    BOOL: "fnmatch.fnmatch inspect.isclass inspect.isfunction inspect.isgenerator inspect.ismethod "
    "inspect.ismodule keyword.iskeyword math.isclose math.isfinite math.isinf math.isnan "
    "os.access os.path.exists os.path.isabs os.path.isdir os.path.isfile os.path.islink "
    "os.path.ismount os.path.lexists os.path.samefile sys.is_finalizing",
    STR: "getpass.getpass getpass.getuser html.escape html.unescape inspect.cleandoc "
    "inspect.getsource json.dumps os.getcwd os.strerror platform.machine platform.node "
    "platform.platform platform.python_version platform.release platform.system "
    "secrets.token_hex secrets.token_urlsafe socket.gethostname sys.getdefaultencoding "
    "sys.getfilesystemencoding tempfile.gettempdir textwrap.dedent textwrap.fill "
    "textwrap.indent textwrap.shorten time.ctime time.strftime traceback.format_exc "
    "urllib.parse.quote urllib.parse.quote_plus urllib.parse.unquote urllib.parse.urlencode",
    BYTES: "base64.b64decode base64.b64encode base64.urlsafe_b64decode base64.urlsafe_b64encode "
    "binascii.hexlify binascii.unhexlify gzip.compress gzip.decompress marshal.dumps "
    "os.urandom pickle.dumps secrets.token_bytes zlib.compress zlib.decompress",
}
_ANSWERS_A_CLASS = {
    "logging.Logger": "logging.getLogger",
    "datetime.datetime": "datetime.datetime.combine datetime.datetime.fromisoformat "
    "datetime.datetime.fromtimestamp datetime.datetime.now datetime.datetime.strptime "
    "datetime.datetime.utcnow",
    "datetime.date": "datetime.date.fromisoformat datetime.date.today",
    "pathlib.Path": "pathlib.Path.cwd pathlib.Path.home",
    "uuid.UUID": "uuid.uuid1 uuid.uuid4 uuid.uuid5",
}
_CONSTRUCTORS = (
    "argparse.ArgumentParser argparse.Namespace configparser.ConfigParser datetime.date "
    "datetime.datetime datetime.time datetime.timedelta datetime.timezone decimal.Decimal "
    "fractions.Fraction io.BytesIO io.StringIO io.TextIOWrapper ipaddress.IPv4Address "
    "ipaddress.IPv6Address logging.Formatter logging.Handler logging.StreamHandler "
    "pathlib.Path pathlib.PurePath pathlib.PurePosixPath random.Random string.Template "
    "textwrap.TextWrapper threading.Event threading.Thread types.ModuleType "
    "types.SimpleNamespace uuid.UUID zipfile.ZipFile"
)


def _kind(dotted: str) -> Type:
    home, _, name = dotted.rpartition(".")
    return (Kind(home, name),)


STANDARD_CALLS: Mapping[str, Type] = {
    **_table(_STANDARD),
    **{name: _kind(made) for made, names in _ANSWERS_A_CLASS.items() for name in names.split()},
    **{name: _kind(name) for name in _CONSTRUCTORS.split()},
}
"""Functions and classes by full name, with what calling them gives."""

_TEXT = {
    BOOL: "endswith isalnum isalpha isdigit islower isspace istitle isupper startswith",
    INT: "count find index rfind rindex",
}
_SAME = (
    "capitalize center expandtabs join ljust lower lstrip removeprefix removesuffix replace rjust "
    "rstrip strip swapcase title translate upper zfill"
)
_LISTS = "split rsplit splitlines"


def _methods_of_text(kind: Type, more: dict[Type, str]) -> dict[str, Type]:
    return _table({**_TEXT, kind: _SAME, builtin("list", kind): _LISTS} | more)


METHODS: Mapping[Type, Mapping[str, Type]] = {
    STR: _methods_of_text(STR, {BYTES: "encode"})
    | _table({STR: "casefold format format_map"})
    | _table({BOOL: "isascii isdecimal isidentifier isnumeric isprintable"}),
    BYTES: _methods_of_text(BYTES, {STR: "decode hex"}),
    INT: _table({INT: "bit_length bit_count conjugate", BYTES: "to_bytes"}),
    FLOAT: _table({BOOL: "is_integer", STR: "hex", FLOAT: "conjugate"}),
}
"""Methods of builtin classes with what calling them gives."""

CONTAINER_METHODS = _table(
    {
        NONE: "add append clear discard extend insert remove reverse sort update",
        INT: "count index",
        BOOL: "isdisjoint issubset issuperset",
    }
)
"""Methods of any list, set or dictionary."""
