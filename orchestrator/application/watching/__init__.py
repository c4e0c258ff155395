"""What a person who looks at a run sees, as values: any face can draw them, and none is needed."""
