// The first file of PaymentSession takes this one's place.
