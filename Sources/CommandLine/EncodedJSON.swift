import FoundationEssentials

/// Values as JSON for stdout: sorted keys, so that the same value always gives the same text.
enum EncodedJSON {
    static func of(_ value: some Encodable) throws(CommandFailure) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw CommandFailure(.failed, "the result cannot be written as JSON")
        }
    }
}
