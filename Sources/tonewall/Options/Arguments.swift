public import ArgumentParser
package import AudioIO
package import Recordings
public import Suppression

extension Suppressor.Fill: ExpressibleByArgument {}
extension Suppressor.Policy: ExpressibleByArgument {}

extension KeyFormat: ExpressibleByArgument {}

extension EncodingName: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
    package static var allValueStrings: [String] { usualNames }
    package var defaultValueDescription: String { name }
}
