// The first file of Suppression takes this one's place.
