// The first file of Gateway takes this one's place.
