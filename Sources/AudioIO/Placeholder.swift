// The first file of AudioIO takes this one's place.
