"""Reading edits off syntax trees and rewriting files by ast-grep, in this process."""
