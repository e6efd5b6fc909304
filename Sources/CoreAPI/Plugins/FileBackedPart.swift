/// A part that takes its results from files of another program, one for each image.
///
/// What is wrong with the files is found before any work starts. A part of this type records a hash
/// of them in ``TrainablePart/supervision``, so that stages are computed again when they change.
public protocol FileBackedPart: TrainablePart {
  /// Returns whether there is a file for an image.
  ///
  /// - Parameter id: The image's identifier.
  /// - Returns: Whether there is one.
  func hasFile(for id: String) -> Bool
  /// Checks the files of images, as far as that takes seconds.
  ///
  /// - Parameter images: Every image that the part will be asked about.
  /// - Throws: An error that names the first file that is missing or cannot be used.
  func checkFiles(for images: TrainingSet) throws
}
