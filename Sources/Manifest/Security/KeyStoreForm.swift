/// The form of a key store, told by its first bytes.
package enum KeyStoreForm: Hashable, Sendable {
    /// PKCS#12.
    case pkcs12
    /// Java's own formats, JKS and JCEKS, which only Java reads.
    case java
    /// PEM text.
    case pem
    /// Something else.
    case unknown

    /// The form of this content.
    package init(_ bytes: [UInt8]) {
        switch bytes.prefix(4) {
        case [0xFE, 0xED, 0xFE, 0xED], [0xCE, 0xCE, 0xCE, 0xCE]: self = .java
        case let start where start.first == 0x30: self = .pkcs12
        default: self = Self.isPEM(bytes) ? .pem : .unknown
        }
    }

    private static func isPEM(_ bytes: [UInt8]) -> Bool {
        String(decoding: bytes.prefix(16_384), as: UTF8.self).contains("-----BEGIN ")
    }

    /// The one command that makes a PKCS#12 store of one of Java's.
    package static func conversion(_ path: String) -> String {
        let stem = [".jks", ".jceks", ".keystore", ".truststore"].first { path.hasSuffix($0) }
        let converted = path.dropLast(stem?.count ?? 0) + ".p12"
        return "keytool -importkeystore -srckeystore \(quoted(path)) -destkeystore \(quoted(String(converted)))"
            + " -deststoretype PKCS12"
    }

    private static func quoted(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "/"):
                true
            default: false
            }
        }
        return isPlain
            ? path
            : "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}
