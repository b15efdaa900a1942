public import ArgumentParser
public import Suppression

extension Suppressor.Fill: ExpressibleByArgument {}
extension Suppressor.Policy: ExpressibleByArgument {}
