import COpenSSL

/// Writes the subject of a certificate as Java does (`X500Principal.getName`), from which Kafka makes principals.
///
/// That is RFC 2253, the last part first. OpenSSL has a form by this name too, but it escapes every letter that is not
/// ASCII, and it knows more names of attributes.
enum DistinguishedName {
    /// Names of attributes (RFC 2253, section 2.3); all others are written as numbers.
    private static let keywords: [Int32: String] = [
        NID_commonName: "CN", NID_localityName: "L", NID_stateOrProvinceName: "ST", NID_organizationName: "O",
        NID_organizationalUnitName: "OU", NID_countryName: "C", NID_streetAddress: "STREET", NID_domainComponent: "DC",
        NID_userId: "UID",
    ]

    /// The types of texts that Java knows how to print; all other values are written in hexadecimal.
    private static let texts: Set<Int32> = [
        V_ASN1_UTF8STRING, V_ASN1_PRINTABLESTRING, V_ASN1_T61STRING, V_ASN1_IA5STRING, V_ASN1_GENERALSTRING,
        V_ASN1_BMPSTRING,
    ]

    /// The text of an `X509_NAME`.
    static func text(_ name: OpaquePointer?) -> String {
        var parts: [String] = []
        var number: Int32 = -1
        for index in 0..<max(X509_NAME_entry_count(name), 0) {
            guard let entry = X509_NAME_get_entry(name, index) else { continue }
            let attribute = attribute(entry)
            // Attributes of the same number are one part with several values.
            if X509_NAME_ENTRY_set(entry) == number, let last = parts.popLast() {
                parts.append("\(last)+\(attribute)")
            } else {
                parts.append(attribute)
            }
            number = X509_NAME_ENTRY_set(entry)
        }
        return parts.reversed().joined(separator: ",")
    }

    private static func attribute(_ entry: OpaquePointer) -> String {
        let object = X509_NAME_ENTRY_get_object(entry)
        let value = X509_NAME_ENTRY_get_data(entry)
        let type = ASN1_STRING_type(value)
        let bytes = Array(
            UnsafeBufferPointer(start: ASN1_STRING_get0_data(value), count: Int(max(ASN1_STRING_length(value), 0))))
        guard let keyword = keywords[OBJ_obj2nid(object)] else { return "\(dotted(object))=\(encoded(type, bytes))" }
        return "\(keyword)=\(texts.contains(type) ? escaped(bytes) : encoded(type, bytes))"
    }

    /// The number of an attribute, such as `1.2.840.113549.1.9.1`.
    private static func dotted(_ object: OpaquePointer?) -> String {
        String(unsafeUninitializedCapacity: 128) { buffer in
            buffer.withMemoryRebound(to: CChar.self) { letters in
                min(Int(max(OBJ_obj2txt(letters.baseAddress, Int32(letters.count), object, 1), 0)), letters.count - 1)
            }
        }
    }

    /// The value with its tag and length (DER) in hexadecimal.
    private static func encoded(_ type: Int32, _ bytes: [UInt8]) -> String {
        var length = [UInt8(truncatingIfNeeded: bytes.count)]
        if bytes.count >= 0x80 {
            let digits = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bytes.count >> $0) }.drop { $0 == 0 }
            length = [0x80 | UInt8(digits.count)] + digits
        }
        return ([UInt8(truncatingIfNeeded: type)] + length + bytes).reduce(into: "#") { text, byte in
            text += String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
    }

    private static func escaped(_ bytes: [UInt8]) -> String {
        let letters = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        func isBlank(_ letter: Unicode.Scalar) -> Bool { letter == " " || letter == "\r" }
        let first = letters.firstIndex { !isBlank($0) } ?? letters.count
        let last = letters.lastIndex { !isBlank($0) } ?? -1
        return letters.enumerated().reduce(into: "") { text, letter in
            switch letter.element {
            case "\0": text += "\\00"
            case ",", "=", "+", "<", ">", "#", ";", "\"", "\\": text += "\\\(letter.element)"
            default:
                if letter.offset < first || letter.offset > last { text += "\\" }
                text.unicodeScalars.append(letter.element)
            }
        }
    }
}
