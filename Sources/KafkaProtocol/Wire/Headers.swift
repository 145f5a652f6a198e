import Bytes

/// The header in front of every request (Kafka: `RequestHeader.json`).
package struct RequestHeader: Sendable, Equatable {
    /// Key of the API as a number: a broker may meet keys it does not know.
    package var apiKey: Int16
    /// Version of the request.
    package var apiVersion: Int16
    /// Chosen by the client, repeated in the response.
    package var correlationId: Int32
    /// Name of the client.
    package var clientId: String?

    /// A header of its parts.
    package init(apiKey: Int16, apiVersion: Int16, correlationId: Int32, clientId: String?) {
        self.apiKey = apiKey
        self.apiVersion = apiVersion
        self.correlationId = correlationId
        self.clientId = clientId
    }

    /// Writes the header; `version` is 1 or 2.
    ///
    /// The client id has a 16-bit length in both.
    /// On an error `writer` is left as it was.
    package func encode(into writer: inout WireWriter, version: Int16) throws(WireError) {
        let name = clientId.map { Array($0.utf8) }
        guard name?.count ?? 0 <= Int(Int16.max) else {
            throw WireError(.outOfRange(value: Int64(name?.count ?? 0)), field: "clientId", position: 0)
        }
        writer.integer(apiKey)
        writer.integer(apiVersion)
        writer.integer(correlationId)
        writer.integer(name.map { Int16($0.count) } ?? -1)
        writer.append(name ?? [])
        if version >= 2 { writer.unsignedVarint(0) }
    }

    /// Reads a header from the front of `frame` and returns it with the bytes of the body.
    package static func decode(_ frame: ByteSlice) throws(WireError) -> (header: RequestHeader, body: ByteSlice) {
        var decoder = WireDecoder(frame, version: 1, isFlexible: false)
        var header = RequestHeader(apiKey: 0, apiVersion: 0, correlationId: 0, clientId: nil)
        try decoder.field("apiKey", &header.apiKey)
        try decoder.field("apiVersion", &header.apiVersion)
        try decoder.field("correlationId", &header.correlationId)
        try decoder.field("clientId", &header.clientId)
        if let api = KnownAPIs.description(header.apiKey), api.isFlexible(header.apiVersion) {
            try skipTags(&decoder)
        }
        return (header, try decoder.reader.slice(decoder.reader.remaining, "body"))
    }

    private static func skipTags(_ decoder: inout WireDecoder) throws(WireError) {
        for _ in 0..<(try decoder.reader.unsignedVarint("tagged fields")) {
            _ = try decoder.reader.unsignedVarint("tag")
            let size = try decoder.reader.unsignedVarint("tag size")
            _ = try decoder.reader.slice(Int(size), "tagged field")
        }
    }
}

/// The header in front of every response (Kafka: `ResponseHeader.json`).
package enum ResponseHeader {
    /// Writes the header; `version` is 0 or 1.
    package static func encode(correlationId: Int32, into writer: inout WireWriter, version: Int16) {
        writer.integer(correlationId)
        if version >= 1 { writer.unsignedVarint(0) }
    }

    /// Reads the header's tagged fields behind the correlation id and returns the bytes of the body.
    package static func decode(_ frame: ByteSlice, version: Int16) throws(WireError) -> ByteSlice {
        var decoder = WireDecoder(frame, version: version, isFlexible: version >= 1)
        var correlationId: Int32 = 0
        try decoder.field("correlationId", &correlationId)
        try decoder.endOfStruct()
        return try decoder.reader.slice(decoder.reader.remaining, "body")
    }
}
