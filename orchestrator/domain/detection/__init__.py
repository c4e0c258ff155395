"""What a repository is made of, told by the names of its files and by its manifests."""
