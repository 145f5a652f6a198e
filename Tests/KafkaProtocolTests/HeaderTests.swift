import Bytes
import KafkaProtocol
import Testing

/// The headers in front of requests and responses.
@Suite struct HeaderTests {
    @Test func `reads the header of a client and leaves the body`() throws {
        let frame = try #require(try GoldenFrame.all(of: ApiVersionsRequest.api).first { $0.client == "java-4.3.1" })
        let (header, body) = try RequestHeader.decode(ByteSlice(frame.bytes))
        #expect(header.apiKey == 18 && header.apiVersion == 4)
        #expect(header.clientId == "gold-4.3.1")
        let request = try ApiVersionsRequest.decode(body, version: 4, isFlexible: true)
        #expect(request.clientSoftwareName == "apache-kafka-java" && request.clientSoftwareVersion == "4.3.1")
    }

    @Test func `writes the client id with a 16-bit length in flexible versions too`() throws {
        var writer = WireWriter()
        let header = RequestHeader(apiKey: 3, apiVersion: 12, correlationId: 7, clientId: "me")
        try header.encode(into: &writer, version: 2)
        #expect(writer.flattened == [0, 3, 0, 12, 0, 0, 0, 7, 0, 2, 0x6d, 0x65, 0])
    }

    @Test func `writes a missing client id as null`() throws {
        var writer = WireWriter()
        try RequestHeader(apiKey: 3, apiVersion: 1, correlationId: 7, clientId: nil).encode(into: &writer, version: 1)
        #expect(writer.flattened == [0, 3, 0, 1, 0, 0, 0, 7, 0xff, 0xff])
        let (header, body) = try RequestHeader.decode(ByteSlice(writer.flattened))
        #expect(header.clientId == nil && body.isEmpty)
    }

    @Test func `keeps the writer as it was when the client id is too long`() {
        var writer = WireWriter()
        writer.append([9])
        let long = String(repeating: "x", count: 32_768)
        let header = RequestHeader(apiKey: 3, apiVersion: 1, correlationId: 7, clientId: long)
        #expect(throws: WireError(.outOfRange(value: 32_768), field: "clientId", position: 0)) {
            try header.encode(into: &writer, version: 1)
        }
        #expect(writer.flattened == [9])
    }

    @Test func `skips tagged fields of a response header`() throws {
        let body = try ResponseHeader.decode(ByteSlice([0, 0, 0, 7, 1, 5, 2, 0xaa, 0xbb, 42]), version: 1)
        #expect(body.array == [42])
    }

    @Test(arguments: ApiVersionsRequest.api.versions)
    func `never expects tagged fields in front of an ApiVersions response`(version: Int16) {
        #expect(ApiVersionsRequest.api.responseHeaderVersion(version) == 0)
    }

    @Test func `reads a header of an API it does not know`() throws {
        let (header, body) = try RequestHeader.decode(ByteSlice([3, 0xe7, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 1, 2]))
        #expect(header.apiKey == 999 && body.array == [1, 2])
        #expect(KnownAPIs.description(999) == nil)
    }
}
