import Essentials

/// A data set on disk that cannot be used, in words for the person whose data it is.
public enum DatasetError: Error, Equatable, CustomStringConvertible, Sendable {
  /// The root has no folder of images.
  case missingFolder(path: String)
  /// There is no list file for this split.
  case missingList(split: String, path: String, available: [String])
  /// A list file has no ids.
  case emptyList(path: String)
  /// A line of a list file is neither an id nor a pair of paths of one name.
  case malformedListLine(path: String, line: Int, text: String)
  /// An id stands twice in a list or a table.
  case repeatedID(path: String, line: Int, id: String)
  /// A list names images that are not there.
  case absentImages(list: String, absent: Int, total: Int, first: String)
  /// None of the images of a list shows a class that is kept.
  case noneOfTheClasses(list: String, total: Int, classes: [String])
  /// A sample has no image file.
  case absentImage(id: String, folder: String)
  /// A sample has no ground-truth mask.
  case absentMask(id: String, folders: [String])
  /// A mask is not as large as its image.
  case maskSize(
    id: String, path: String, width: Int, height: Int, imageWidth: Int, imageHeight: Int)
  /// A mask has an index that is no class.
  case maskIndex(id: String, path: String, index: Int, classCount: Int)
  /// A class name that the data set does not have; `origin` says where it stood.
  case unknownClass(name: String, origin: String, known: [String])
  /// A class name stands twice.
  case repeatedClass(name: String, origin: String)
  /// The configuration names no class to keep.
  case noClasses
  /// No file with image-level labels was found.
  case noLabels(root: String)
  /// The source of labels has none for this sample.
  case labelsMissing(id: String, source: String)
  /// A label vector has another length than the class list.
  case labelCount(id: String, path: String, found: Int, expected: Int)
  /// A text file of labels breaks its format.
  case malformedLabels(path: String, line: Int, reason: String)
  /// An annotation file is not VOC's XML.
  case malformedAnnotation(path: String, reason: String)
  /// A file of class names does not begin with the background.
  case malformedClassNames(path: String, reason: String)
  /// The folder to write to holds something already.
  case folderNotEmpty(path: String)

  /// The message: what was found, what was expected, where, what to do next.
  public var description: String {
    switch self {
    case .missingFolder(let path):
      "There is no folder '\(path)'. Expected the layout of PASCAL VOC; name the folder that holds "
        + "JPEGImages, SegmentationClass and ImageSets, often called 'VOC2012'."
    case .missingList(let split, let path, let available):
      "There is no list '\(path)' for the split '\(split)'."
        + Suggestions.didYouMean(split, among: available)
        + (available.isEmpty
          ? " The folder has no lists." : " Lists there: \(available.joined(separator: ", ")).")
        + " Add the list, or name another one as 'data.training_split', 'data.scored_split' or "
        + "'data.validation_split'."
    case .emptyList(let path):
      "The list '\(path)' has no ids. Expected one sample a line."
    case .malformedListLine(let path, let line, let text):
      "Line \(line) of '\(path)' is '\(text)'. Expected an id such as '2007_000032', or an image "
        + "path and a mask path of the same name."
    case .repeatedID(let path, let line, let id):
      "Line \(line) of '\(path)' repeats '\(id)'. Remove one of the two lines."
    case .absentImages(let list, let absent, let total, let first):
      "\(absent) of the \(total) images that '\(list)' names are absent, the first is '\(first)'. "
        + "Download the missing images or remove their lines."
    case .noneOfTheClasses(let list, let total, let classes):
      "None of the images that '\(list)' names, \(total) in all, shows a class that is kept: "
        + "\(classes.joined(separator: ", ")). Expected at least one; keep other classes or name "
        + "another list."
    case .absentImage(let id, let folder):
      "The sample '\(id)' has no image in '\(folder)'. Expected '\(id).jpg', '.jpeg' or '.png'."
    case .absentMask(let id, let folders):
      "The sample '\(id)' has no mask '\(id).png' in \(quoted(folders)). Expected one for every "
        + "scored sample; score another list, or add the folder with its masks to "
        + "'data.mask_folders'."
    case .maskSize(let id, let path, let width, let height, let imageWidth, let imageHeight):
      "The mask '\(path)' of '\(id)' is \(width)×\(height), its image is "
        + "\(imageWidth)×\(imageHeight). Expected equal sizes; replace the mask or the image."
    case .maskIndex(let id, let path, let index, let classCount):
      "The mask '\(path)' of '\(id)' has the index \(index). Expected 0 to \(classCount - 1), or "
        + "255 for ignored pixels; check the class list."
    case .unknownClass(let name, let origin, let known):
      "Unknown class '\(name)' in \(origin).\(Suggestions.didYouMean(name, among: known)) "
        + "Known classes: \(known.joined(separator: ", "))."
    case .repeatedClass(let name, let origin):
      "The class '\(name)' stands twice in \(origin). Remove one of the two."
    case .noClasses:
      "The configuration keeps no class. Name one, or leave 'classes' out."
    case .noLabels(let root):
      "'\(root)' has no image-level labels. Expected 'cls_labels.npy', 'image_labels.tsv' or the "
        + "folder 'Annotations' there, or the path of a label file as 'data.labels'."
    case .labelsMissing(let id, let source):
      "'\(source)' has no labels for the sample '\(id)'. Add them, or remove the sample from its "
        + "list."
    case .labelCount(let id, let path, let found, let expected):
      "'\(path)' has \(found) labels for '\(id)'. Expected \(expected), one for each foreground "
        + "class; check the class list."
    case .malformedLabels(let path, let line, let reason):
      "Line \(line) of '\(path)' is not a line of labels: \(reason). Expected 'id' and the class "
        + "names, then an id and 0 or 1 for each class, separated by tabs."
    case .malformedAnnotation(let path, let reason):
      "'\(path)' is not a VOC annotation: \(reason). Copy or download the file again."
    case .malformedClassNames(let path, let reason):
      "'\(path)' is not a list of class names: \(reason). Expected 'background', then one "
        + "foreground class a line."
    case .folderNotEmpty(let path):
      "'\(path)' is not empty. Name a new folder, or empty this one first."
    }
  }

  private func quoted(_ names: [String]) -> String {
    names.map { "'\($0)'" }.joined(separator: " or ")
  }
}
