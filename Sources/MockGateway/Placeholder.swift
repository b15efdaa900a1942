// The first file of MockGateway takes this one's place.
