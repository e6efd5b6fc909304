import Foundation

// `Foundation`'s names would clash with those of `RandomStream`'s own methods inside its file.
func _log(_ x: Double) -> Double { log(x) }
func _cos(_ x: Double) -> Double { cos(x) }
