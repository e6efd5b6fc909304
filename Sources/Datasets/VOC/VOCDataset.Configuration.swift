extension VOCDataset {
  /// Where a VOC-layout data set lies and what is used of it.
  public struct Configuration: Sendable, Equatable, Codable {
    /// The folder that holds `JPEGImages` and `ImageSets`, often called `VOC2012`.
    public var root: String
    /// The foreground classes to keep, in the order of their new indices; nil keeps all.
    ///
    /// Pixels of the others become `LabelMap.ignoreIndex`, and labels of the others are dropped.
    public var classes: [String]?
    /// Whether images that show none of the kept classes stay in the lists.
    ///
    /// Without them, as by default, training and evaluation run on the images that have a label,
    /// which is what one does who restricts the class list of the reference implementations.
    public var keepsImagesWithoutLabels: Bool
    /// The folders of masks inside `root`, in the order they are searched for a sample's mask.
    ///
    /// VOC's own masks come first by default: SBD's augmented ones lack the ignored borders.
    public var maskFolders: [String]
    /// A label file (`.npy` or `.tsv`); nil looks in `root` for `cls_labels.npy`, then
    /// `image_labels.tsv`, then `Annotations`.
    public var labelFile: String?

    /// Creates a configuration.
    ///
    /// - Parameters:
    ///   - root: The folder that holds `JPEGImages` and `ImageSets`.
    ///   - classes: The foreground classes to keep, in the order of their new indices; nil: all.
    ///   - keepsImagesWithoutLabels: Whether images that show no kept class stay in the lists.
    ///   - maskFolders: The folders of masks inside `root`, first match wins.
    ///   - labelFile: A label file elsewhere.
    public init(
      root: String, classes: [String]? = nil, keepsImagesWithoutLabels: Bool = false,
      maskFolders: [String] = ["SegmentationClass", "SegmentationClassAug"],
      labelFile: String? = nil
    ) {
      self.root = root
      self.classes = classes
      self.keepsImagesWithoutLabels = keepsImagesWithoutLabels
      self.maskFolders = maskFolders
      self.labelFile = labelFile
    }
  }
}
