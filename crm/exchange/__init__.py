"""Import and export: tables read, planned row by row, and written with every fate known before."""
