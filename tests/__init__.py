"""What the library promises, one folder for each part of it. ``deploy`` needs the emulator and is run by itself."""
