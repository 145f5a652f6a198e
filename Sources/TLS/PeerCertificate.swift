import COpenSSL

/// What a certificate says about itself, for messages.
package struct PeerCertificate: Hashable, Sendable {
    /// Whom it is for, such as `CN=localhost`.
    package var subject = ""
    /// Who issued it.
    package var issuer = ""
    /// From when on it is valid, such as `2026-11-24 18:28 UTC`.
    package var notBefore = ""
    /// Until when it is valid.
    package var notAfter = ""
    /// Host names and addresses it is for; the first ten.
    package var names: [String] = []

    private static let maximumNames = 10

    /// Reads a certificate of OpenSSL.
    init(_ certificate: OpaquePointer) {
        subject = Self.text(X509_get_subject_name(certificate))
        issuer = Self.text(X509_get_issuer_name(certificate))
        notBefore = Self.text(time: X509_get0_notBefore(certificate))
        notAfter = Self.text(time: X509_get0_notAfter(certificate))
        names = Self.names(certificate)
        // Without alternative names the common name is what counts.
        if names.isEmpty, let name = subject.split(separator: ",").first(where: { $0.hasPrefix("CN=") }) {
            names = [String(name.dropFirst(3))]
        }
    }

    private static func text(_ name: OpaquePointer?) -> String {
        guard let name else { return "" }
        return String(unsafeUninitializedCapacity: 512) { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                Int(lockstep_name_text(name, $0.baseAddress, Int32($0.count)))
            }
        }
    }

    private static func text(time: UnsafePointer<ASN1_TIME>?) -> String {
        var parts = tm()
        guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return "an unreadable time" }
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) \(two(parts.tm_hour)):"
            + "\(two(parts.tm_min)) UTC"
    }

    private static func names(_ certificate: OpaquePointer) -> [String] {
        guard let extended = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
        let names = OpaquePointer(extended)
        defer { GENERAL_NAMES_free(names) }
        var found: [String] = []
        var index: Int32 = 0
        while found.count < maximumNames {
            var bytes: UnsafePointer<UInt8>?
            var count: Int32 = 0
            let kind = Int(lockstep_alternative_name(names, index, &bytes, &count))
            if kind == LOCKSTEP_NAME_NONE { break }
            index += 1
            let value = Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
            if kind == LOCKSTEP_NAME_DNS {
                found.append(String(decoding: value.map { (0x20...0x7e).contains($0) ? $0 : 0x3f }, as: UTF8.self))
            } else if kind == LOCKSTEP_NAME_ADDRESS {
                found.append(address(value))
            }
        }
        return found
    }

    private static func address(_ bytes: [UInt8]) -> String {
        guard bytes.count == 16 else { return bytes.map { "\($0)" }.joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        return groups.map { String($0, radix: 16) }.joined(separator: ":")
    }
}
