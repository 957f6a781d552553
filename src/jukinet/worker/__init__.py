"""What a node does by itself: delivery, due move-outs, the directory."""
