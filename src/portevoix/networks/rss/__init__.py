"""RSS and Atom: a door through which nothing leaves. It reads what a site tells of itself, whatever wrote it."""
