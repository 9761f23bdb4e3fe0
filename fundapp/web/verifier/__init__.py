"""Pages of who runs a provisional winner's evaluation again."""
