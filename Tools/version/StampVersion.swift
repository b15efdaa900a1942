import PackagePlugin

/// Writes the commit that is built, and its date, into a source file of the command before each build.
@main
struct StampVersion: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) -> [Command] {
        let script = context.package.directoryURL.appending(path: "Tools/version/stamp")
        let folder = context.pluginWorkDirectoryURL.appending(path: "version")
        return [
            .prebuildCommand(
                displayName: "Stamp the version", executable: script,
                arguments: [
                    context.package.directoryURL.path(percentEncoded: false), folder.path(percentEncoded: false),
                ],
                outputFilesDirectory: folder)
        ]
    }
}
