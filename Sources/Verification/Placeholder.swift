// The first file of Verification takes this one's place.
