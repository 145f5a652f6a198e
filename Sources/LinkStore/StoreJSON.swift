import Bytes
import FoundationEssentials
import KafkaModel

/// The values of `__lockstep`: JSON objects with a `schema`, keys sorted.
enum StoreJSON {
    /// Versions of the records' forms that this program reads and writes.
    static let schema = 1

    /// What came of reading a value.
    enum Reading<Value> {
        case value(Value)
        case newer(schema: Int)
        case damaged(String)
    }

    private struct Probe: Decodable {
        var schema: Int
    }

    /// Reads a value; keys that this version does not know are passed over.
    static func read<Value: Decodable>(_ type: Value.Type, _ bytes: ByteSlice) -> Reading<Value> {
        let data = Data(bytes.array)
        let decoder = JSONDecoder()
        guard let probe = try? decoder.decode(Probe.self, from: data) else {
            return .damaged("it is no JSON object with a schema")
        }
        guard probe.schema <= schema else { return .newer(schema: probe.schema) }
        do {
            return .value(try decoder.decode(type, from: data))
        } catch let error as DecodingError {
            return .damaged(reason(error))
        } catch {
            return .damaged("it cannot be decoded")
        }
    }

    /// The bytes of a value.
    static func write(_ value: some Encodable) -> ByteSlice? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { ByteSlice($0) }
    }

    private static func reason(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            (context.codingPath.last?.stringValue ?? "it") + " has another form"
        @unknown default: "it cannot be decoded"
        }
    }
}
