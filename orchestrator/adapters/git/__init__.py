"""The one git module: nothing else in Leafcut runs git or touches its objects."""
