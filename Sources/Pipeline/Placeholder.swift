// The first file of Pipeline takes this one's place.
