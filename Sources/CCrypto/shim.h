#pragma once
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/pem.h>

// A context of HMAC-SHA256 under a key, to be begun anew for each message; NULL where there is no memory for one. One
// call of HMAC() looks its algorithms up by their names and works through the key each time.
static inline EVP_MAC_CTX *ccrypto_hmac_sha256(const unsigned char *key, size_t count) {
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);
    char name[] = "SHA256";
    OSSL_PARAM digest[] = {OSSL_PARAM_construct_utf8_string("digest", name, 0), OSSL_PARAM_construct_end()};
    if (context != NULL && EVP_MAC_init(context, key, count, digest) == 1) return context;
    EVP_MAC_CTX_free(context);
    return NULL;
}
