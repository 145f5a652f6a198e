import Bytes

/// What both messages of one API have in common: its key and the versions we speak.
package struct APIDescription: Sendable {
    /// The API's key.
    package let key: APIKey
    /// Every version we can code, as in Kafka's JSON (`validVersions`) cut to what brokers 2.4 to 4.x accept.
    package let versions: ClosedRange<Int16>
    /// First version with compact lengths and tagged fields (`flexibleVersions`); nil when there is none.
    package let flexibleFrom: Int16?

    /// A description of its parts.
    package init(_ key: APIKey, versions: ClosedRange<Int16>, flexibleFrom: Int16?) {
        self.key = key
        self.versions = versions
        self.flexibleFrom = flexibleFrom
    }

    /// Whether `version` has compact lengths and tagged fields.
    package func isFlexible(_ version: Int16) -> Bool {
        flexibleFrom.map { version >= $0 } ?? false
    }

    /// Version of the request header (KIP-482): 2 with tagged fields, else 1.
    package func requestHeaderVersion(_ version: Int16) -> Int16 {
        isFlexible(version) ? 2 : 1
    }

    /// Version of the response header; ApiVersions always answers with 0, so that any client can read it (KIP-511).
    package func responseHeaderVersion(_ version: Int16) -> Int16 {
        isFlexible(version) && key != .apiVersions ? 1 : 0
    }
}

/// A request and the response that belongs to it.
package protocol RequestMessage: WireStruct {
    /// The response to this request.
    associatedtype Response: WireStruct

    /// Key and versions of the API.
    static var api: APIDescription { get }
}

extension WireStruct {
    /// Decodes one message body and insists that no byte is left over.
    package static func decode(_ slice: ByteSlice, version: Int16, isFlexible: Bool) throws(WireError) -> Self {
        var decoder = WireDecoder(slice, version: version, isFlexible: isFlexible)
        var message = Self()
        try message.code(with: &decoder)
        try decoder.reader.finish("message")
        return message
    }

    /// Encodes this message body behind what `writer` holds; on an error `writer` is left as it was.
    package func encode(into writer: inout WireWriter, version: Int16, isFlexible: Bool) throws(WireError) {
        let mark = writer.mark
        var encoder = WireEncoder(writer, version: version, isFlexible: isFlexible)
        // The encoder is now the only owner of the bytes, so that writing does not copy them.
        writer = WireWriter()
        var copy = self
        do throws(WireError) {
            try copy.code(with: &encoder)
        } catch {
            writer = encoder.writer
            writer.drop(behind: mark)
            throw error
        }
        writer = encoder.writer
    }
}
