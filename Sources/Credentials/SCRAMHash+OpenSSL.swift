import COpenSSL

extension SCRAMHash {
    private var algorithm: OpaquePointer? {
        switch self {
        case .sha256: EVP_sha256()
        case .sha512: EVP_sha512()
        }
    }

    /// Bytes of a hash.
    var size: Int {
        switch self {
        case .sha256: 32
        case .sha512: 64
        }
    }

    /// `Hi(password, salt, i)` of RFC 5802, which is PBKDF2.
    package func saltedPassword(_ password: Secret, salt: [UInt8], iterations: Int) throws(SASLError) -> [UInt8] {
        let password = Array(password.reveal().utf8).map { CChar(bitPattern: $0) }
        return try filled { output in
            PKCS5_PBKDF2_HMAC(
                password, Int32(password.count), salt, Int32(salt.count), Int32(iterations), algorithm, Int32(size),
                output) == 1
        }
    }

    /// `HMAC(key, data)`.
    package func hmac(key: [UInt8], _ data: [UInt8]) throws(SASLError) -> [UInt8] {
        try filled { HMAC(algorithm, key, Int32(key.count), data, data.count, $0, nil) != nil }
    }

    /// `H(data)`.
    package func digest(_ data: [UInt8]) throws(SASLError) -> [UInt8] {
        try filled { EVP_Digest(data, data.count, $0, nil, algorithm, nil) == 1 }
    }

    private func filled(_ body: (UnsafeMutablePointer<UInt8>) -> Bool) throws(SASLError) -> [UInt8] {
        var isDone = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            buffer.initialize(repeating: 0)
            isDone = buffer.baseAddress.map(body) ?? false
            count = size
        }
        guard isDone else { throw .unusable("this machine's OpenSSL cannot compute \(mechanism).") }
        return bytes
    }
}
