import Manifest

/// `lockstep schema`.
enum SchemaCommand {
    static let command = Command(
        CommandSyntax(
            "schema", "Print the JSON Schema of all manifests.",
            discussion: "For editors: save it and begin manifests with\n"
                + "  # yaml-language-server: $schema=<path of the saved schema>")
    ) { _, context in
        context.terminal.result(ManifestSchema.json())
        return .done
    }
}
