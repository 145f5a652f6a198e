// OpenSSL's headers, and what Swift cannot see of them because it is a macro.
#pragma once
#include <errno.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdint.h>
#include <sys/socket.h>

/// TLS 1.2 and later, no renegotiation, an end without close_notify is an end; writes may be partial and their buffers
/// move; reads take what is there, up to `read_ahead` bytes at once.
static inline int lockstep_context_defaults(SSL_CTX *context, size_t read_ahead) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, read_ahead);
    return (int)SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

/// Adds a certificate to the chain that is shown; the context keeps a reference of its own.
static inline int lockstep_context_add_chain(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

/// Tells the server which of its names is meant (SNI).
static inline int lockstep_set_server_name(SSL *session, const char *name) {
    return (int)SSL_set_tlsext_host_name(session, name);
}

/// How many certificates a stack holds.
static inline int lockstep_certificates_count(const STACK_OF(X509) *stack) { return sk_X509_num(stack); }
/// The certificate at `index` of a stack.
static inline X509 *lockstep_certificate_at(const STACK_OF(X509) *stack, int index) {
    return sk_X509_value(stack, index);
}
/// Frees a stack and one reference of every certificate in it.
static inline void lockstep_certificates_free(STACK_OF(X509) *stack) { sk_X509_pop_free(stack, X509_free); }

/// How many private keys a PKCS#12 store holds whose password is right.
static inline int lockstep_key_count(const PKCS12 *store, const char *password) {
    STACK_OF(PKCS7) *safes = PKCS12_unpack_authsafes(store);
    int count = 0;
    for (int place = 0; place < sk_PKCS7_num(safes); place++) {
        PKCS7 *safe = sk_PKCS7_value(safes, place);
        STACK_OF(PKCS12_SAFEBAG) *bags = PKCS7_type_is_data(safe) ? PKCS12_unpack_p7data(safe)
                                         : PKCS7_type_is_encrypted(safe)
                                             ? PKCS12_unpack_p7encdata(safe, password, -1)
                                             : NULL;
        for (int index = 0; index < sk_PKCS12_SAFEBAG_num(bags); index++) {
            int kind = PKCS12_SAFEBAG_get_nid(sk_PKCS12_SAFEBAG_value(bags, index));
            if (kind == NID_keyBag || kind == NID_pkcs8ShroudedKeyBag) count++;
        }
        sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
    }
    sk_PKCS7_pop_free(safes, PKCS7_free);
    return count;
}

/// Writes a name as `CN=a,O=b` (RFC 2253, escaped to ASCII), at most `size` bytes; returns how many.
static inline int lockstep_name_text(const X509_NAME *name, char *buffer, int size) {
    BIO *memory = BIO_new(BIO_s_mem());
    if (!memory) return 0;
    X509_NAME_print_ex(memory, name, 0, XN_FLAG_RFC2253);
    int count = BIO_read(memory, buffer, size);
    BIO_free(memory);
    return count > 0 ? count : 0;
}

/// What `lockstep_alternative_name` found.
enum { LOCKSTEP_NAME_NONE, LOCKSTEP_NAME_DNS, LOCKSTEP_NAME_ADDRESS, LOCKSTEP_NAME_OTHER };

/// The bytes of the alternative name at `index`: a DNS name, or the 4 or 16 bytes of an address.
static inline int lockstep_alternative_name(const GENERAL_NAMES *names, int index, const unsigned char **bytes,
                                            int *count) {
    if (index >= sk_GENERAL_NAME_num(names)) return LOCKSTEP_NAME_NONE;
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    if (name->type != GEN_DNS && name->type != GEN_IPADD) return LOCKSTEP_NAME_OTHER;
    const ASN1_STRING *text = name->type == GEN_DNS ? name->d.dNSName : name->d.iPAddress;
    *bytes = ASN1_STRING_get0_data(text);
    *count = ASN1_STRING_length(text);
    return name->type == GEN_DNS ? LOCKSTEP_NAME_DNS : LOCKSTEP_NAME_ADDRESS;
}

// OpenSSL's own socket BIO writes with write(2), which ends a program that does not ignore SIGPIPE when the peer is
// gone; this one does not raise the signal.

static inline int lockstep_socket_write(BIO *bio, const char *bytes, int count) {
    BIO_clear_retry_flags(bio);
    ssize_t moved;
    do moved = send((int)(intptr_t)BIO_get_data(bio), bytes, (size_t)count, MSG_NOSIGNAL);
    while (moved < 0 && errno == EINTR);
    if (moved < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) BIO_set_retry_write(bio);
    return (int)moved;
}

static inline int lockstep_socket_read(BIO *bio, char *bytes, int count) {
    BIO_clear_retry_flags(bio);
    ssize_t moved;
    do moved = recv((int)(intptr_t)BIO_get_data(bio), bytes, (size_t)count, 0);
    while (moved < 0 && errno == EINTR);
    if (moved < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) BIO_set_retry_read(bio);
    if (moved == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return (int)moved;
}

static inline long lockstep_socket_control(BIO *bio, int command, long number, void *pointer) {
    (void)number, (void)pointer;
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    return 0;
}

/// How a BIO over a socket works; made once, never freed.
static inline BIO_METHOD *lockstep_socket_method(void) {
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    if (!method) return NULL;
    BIO_meth_set_write(method, lockstep_socket_write);
    BIO_meth_set_read(method, lockstep_socket_read);
    BIO_meth_set_ctrl(method, lockstep_socket_control);
    return method;
}

/// Has a session read from and write to a socket, which stays its owner's to close.
static inline int lockstep_set_socket(SSL *session, const BIO_METHOD *method, int descriptor) {
    BIO *bio = method ? BIO_new(method) : NULL;
    if (!bio) return 0;
    BIO_set_data(bio, (void *)(intptr_t)descriptor);
    BIO_set_init(bio, 1);
    SSL_set_bio(session, bio, bio);
    return 1;
}
