package import Archive
public import ArgumentParser
package import Codecs
package import Recordings
package import Redaction
public import Suppression

extension Suppressor.Fill: ExpressibleByArgument {}
extension Suppressor.Policy: ExpressibleByArgument {}

extension JudgementFormat: ExpressibleByArgument {}
extension KeyFormat: ExpressibleByArgument {}
extension RedactionFormat: ExpressibleByArgument {}

extension EncodingName: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
    package static var allValueStrings: [String] { usualNames }
    package var defaultValueDescription: String { name }
}
