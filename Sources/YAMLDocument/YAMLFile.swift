import Diagnostics

/// Reads the documents of one YAML file.
package enum YAMLFile {
    /// The values of the file's documents, in order; empty documents are left out.
    ///
    /// Mistakes go to the source's findings. When the file is refused as a whole (too large, not text, not YAML) the
    /// documents before the mistake are returned and `isComplete` is false.
    package static func documents(
        of source: YAMLSource, limits: YAMLLimits = YAMLLimits()
    ) -> (documents: [YAMLNode], isComplete: Bool) {
        if let refusal = refusal(source, limits) {
            source.findings.add(refusal)
            return ([], false)
        }
        let composer = YAMLComposer(source, limits: limits)
        var documents: [YAMLNode] = []
        var isComplete = true
        do throws(YAMLComposer.Stopped) {
            while let document = try composer.nextDocument() {
                if !document.isNull { documents.append(document) }
            }
        } catch {
            isComplete = false
        }
        // After a syntax error the structure behind it is unknown, so secrets are then guessed line by line.
        if isComplete { source.hideSecrets(in: documents) }
        return (documents, isComplete)
    }

    /// Why the file cannot be YAML at all, or nil.
    private static func refusal(_ source: YAMLSource, _ limits: YAMLLimits) -> Diagnostic? {
        let bytes = source.bytes
        let top = SourcePlace(file: source.name, line: 1, column: 1)
        if bytes.count > limits.fileBytes {
            return tooLarge(name: source.name, byteCount: bytes.count, limits: limits)
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return Diagnostic(
                .error, YAMLCode.notText.rawValue, at: top, "the file is UTF-16 text, manifests are UTF-8",
                hint: "save it as UTF-8")
        }
        if let nul = bytes.firstIndex(of: 0) {
            return Diagnostic(
                .error, YAMLCode.notText.rawValue, at: top, "the file is binary, not YAML text (byte \(nul) is 0)",
                hint: "name the manifests with -f, or move this file away")
        }
        if let bad = firstInvalidByte(bytes) {
            return Diagnostic(
                .error, YAMLCode.notText.rawValue, at: source.spot(ofByte: bad).place,
                "the file is not UTF-8 text (byte \(bad) does not belong to a character)", hint: "save it as UTF-8")
        }
        return nil
    }

    /// The finding for a file beyond the limit; also for readers that see the size before they read.
    package static func tooLarge(name: String, byteCount: Int, limits: YAMLLimits = YAMLLimits()) -> Diagnostic {
        Diagnostic(
            .error, YAMLCode.tooLarge.rawValue, at: SourcePlace(file: name, line: 1, column: 1),
            "the file has \(byteCount) bytes; a manifest has at most \(limits.fileBytes)",
            hint: "split it, or move it away if it is not a manifest")
    }

    private static func firstInvalidByte(_ bytes: [UInt8]) -> Int? {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }
}
