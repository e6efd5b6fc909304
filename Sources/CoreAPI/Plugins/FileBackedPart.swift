/// A part that takes its results from files of another program, one for each image.
///
/// What is wrong with the files is found before any work starts, by
/// ``TrainablePart/checkFiles(for:)``. A part of this type records a hash of them in
/// ``TrainablePart/supervision``, so that stages are computed again when they change.
public protocol FileBackedPart: TrainablePart {
  /// Returns whether there is a file for an image.
  ///
  /// - Parameter id: The image's identifier.
  /// - Returns: Whether there is one.
  func hasFile(for id: String) -> Bool
}
