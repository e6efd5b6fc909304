import CoreAPI
import Foundation
import Imaging
import SharedTestSupport
import Testing

@testable import Datasets

@Suite struct VOCDatasetTests {
  // MARK: - Reading

  @Test func readsImagesMasksAndLists() throws {
    try VOCFixture.use { fixture throws in
      let dataset = try VOCDataset(.init(root: fixture.root))
      #expect(dataset.name == "VOC")
      #expect(dataset.classes.names == ["background", "cat", "dog"])
      #expect(dataset.splits == ["train", "val"])
      #expect(try dataset.sampleIDs(in: "train") == ["a", "b", "c"])
      #expect(try dataset.image(of: "a").pixels.prefix(2) == [200, 90])
      #expect(
        try dataset.groundTruth(of: "b").indices == [1, 1, 2, 2, 1, 255, 255, 2, 0, 0, 0, 0])
    }
  }

  @Test func hasTheTwentyClassesOfVOCUnlessTheFolderNamesOthers() throws {
    try VOCFixture.use { fixture throws in
      try fixture.remove("class_names.txt")
      try fixture.remove("image_labels.tsv")
      #expect(try VOCDataset(.init(root: fixture.root)).classes == .voc)
    }
  }

  @Test func searchesMaskFoldersInOrder() throws {
    try VOCFixture.use { fixture throws in
      let other = LabelMap(width: 4, height: 3, filledWith: 2)
      try other.write(to: "\(fixture.root)/SegmentationClassAug/a.png")
      let official = try VOCDataset(.init(root: fixture.root))
      #expect(try official.groundTruth(of: "a") != other)
      let augmented = try VOCDataset(
        .init(root: fixture.root, maskFolders: ["SegmentationClassAug", "SegmentationClass"]))
      #expect(try augmented.groundTruth(of: "a") == other)
      #expect(try augmented.groundTruth(of: "c") == official.groundTruth(of: "c"))
    }
  }

  @Test func readsBackAWrittenWorld() throws {
    try withTemporaryFolder { folder throws in
      let world = try ContextWorld(.init(width: 64, height: 48, trainingCount: 6, testCount: 4))
      try world.write(to: "\(folder)/world")
      let dataset = try VOCDataset(.init(root: "\(folder)/world"))
      #expect(dataset.classes == world.classes)
      for split in ["train", "val"] {
        let ids = try dataset.sampleIDs(in: split)
        #expect(try ids == world.sampleIDs(in: split))
        for id in ids {
          #expect(try dataset.image(of: id) == world.image(of: id))
          #expect(try dataset.groundTruth(of: id) == world.groundTruth(of: id))
          #expect(try dataset.labels(of: id) == world.labels(of: id))
        }
      }
    }
  }

  // MARK: - Class subsets

  @Test func subsetsIgnorePixelsAndDropLabelsOfOtherClasses() throws {
    try VOCFixture.use { fixture throws in
      let dogs = try VOCDataset(.init(root: fixture.root, classes: ["dog"]))
      #expect(dogs.classes.names == ["background", "dog"])
      #expect(
        try dogs.groundTruth(of: "b").indices
          == [255, 255, 1, 1, 255, 255, 255, 1, 0, 0, 0, 0])
      #expect(try dogs.labels(of: "b") == ImageLabels(present: [true]))
      #expect(try dogs.labels(of: "a").isEmpty)
    }
  }

  @Test func subsetsDropImagesWithoutLabelsUnlessAskedToKeepThem() throws {
    try VOCFixture.use { fixture throws in
      var configuration = VOCDataset.Configuration(root: fixture.root, classes: ["dog"])
      #expect(try VOCDataset(configuration).sampleIDs(in: "train") == ["b", "c"])
      #expect(try VOCDataset(configuration).sampleIDs(in: "val") == ["b"])
      configuration.keepsImagesWithoutLabels = true
      #expect(try VOCDataset(configuration).sampleIDs(in: "train") == ["a", "b", "c"])
    }
  }

  @Test func subsetsKeepTheOrderTheyAreGivenIn() throws {
    try VOCFixture.use { fixture throws in
      let dataset = try VOCDataset(.init(root: fixture.root, classes: ["dog", "cat"]))
      #expect(try dataset.groundTruth(of: "b").indices.prefix(4) == [2, 2, 1, 1])
      #expect(try dataset.labels(of: "c").indices == [1])
    }
  }

  // MARK: - Fingerprint

  @Test func fingerprintFollowsTheContentAndNotThePlace() throws {
    try VOCFixture.use { first throws in
      try VOCFixture.use { second throws in
        func fingerprint(_ fixture: VOCFixture, classes: [String]? = nil) throws -> String {
          try VOCDataset(.init(root: fixture.root, classes: classes)).fingerprint
        }
        let original = try fingerprint(first)
        #expect(try fingerprint(second) == original)
        #expect(try fingerprint(first, classes: ["dog"]) != original)
        try first.write("b\na\n", to: "ImageSets/Segmentation/val.txt")
        #expect(try fingerprint(first) != original)
        try second.write("id\tcat\tdog\na\t1\t0\nb\t1\t1\nc\t1\t1\n", to: "image_labels.tsv")
        #expect(try fingerprint(second) != original)
      }
    }
  }

  @Test func fingerprintFollowsTheClassesInAnnotationsAndNotTheirOtherText() throws {
    try VOCFixture.use { fixture throws in
      try fixture.remove("image_labels.tsv")
      func annotate(_ id: String, _ name: String, pose: String = "Left") throws {
        try fixture.write(
          "<annotation><object><name>\(name)</name><pose>\(pose)</pose></object></annotation>",
          to: "Annotations/\(id).xml")
      }
      for id in ["a", "b", "c"] { try annotate(id, "cat") }
      let dataset = try VOCDataset(.init(root: fixture.root))
      let original = dataset.fingerprint
      #expect(dataset.fingerprint == original)
      // Of equal length, as "cow" and "dog" are.
      try annotate("a", "cat", pose: "Rear")
      #expect(dataset.fingerprint == original)
      try annotate("a", "dog")
      #expect(dataset.fingerprint != original)
      #expect(try VOCDataset(.init(root: fixture.root)).fingerprint == dataset.fingerprint)
      try annotate("a", "cat")
      #expect(dataset.fingerprint == original)
      // Nobody can learn from it, and whoever tries is told; the fingerprint only has to be another.
      try annotate("a", "cow")
      #expect(dataset.fingerprint != original)
    }
  }

  // MARK: - Errors

  @Test func refusesAListWithoutAnyOfTheClasses() throws {
    try VOCFixture.use { fixture throws in
      try fixture.write("a\n", to: "ImageSets/Segmentation/cats.txt")
      var configuration = VOCDataset.Configuration(root: fixture.root, classes: ["dog"])
      expectMessage(
        """
        None of the images that '\(fixture.root)/ImageSets/Segmentation/cats.txt' names, 1 in all, \
        shows a class that is kept: dog. Expected at least one; keep other classes or name another \
        list.
        """
      ) { _ = try VOCDataset(configuration).sampleIDs(in: "cats") }
      configuration.keepsImagesWithoutLabels = true
      #expect(try VOCDataset(configuration).sampleIDs(in: "cats") == ["a"])
    }
  }

  @Test func refusesAFolderWithoutImages() throws {
    try withTemporaryFolder { folder throws in
      expectMessage(
        """
        There is no folder '\(folder)/JPEGImages'. Expected the layout of PASCAL VOC; name the \
        folder that holds JPEGImages, SegmentationClass and ImageSets, often called 'VOC2012'.
        """
      ) { _ = try VOCDataset(.init(root: folder)) }
    }
  }

  @Test func namesTheListsWhenOneIsMissing() throws {
    try VOCFixture.use { fixture throws in
      let dataset = try VOCDataset(.init(root: fixture.root))
      let lists = "\(fixture.root)/ImageSets/Segmentation"
      expectMessage(
        """
        There is no list '\(lists)/trin.txt' for the split 'trin'. Did you mean 'train'? Lists \
        there: train, val. Add the list, or name another one as 'data.training_split', \
        'data.scored_split' or 'data.validation_split'.
        """
      ) { _ = try dataset.sampleIDs(in: "trin") }
      try fixture.remove("ImageSets")
      expectMessage(
        "There is no list '\(lists)/val.txt' for the split 'val'. The folder has no lists. "
          + "Add the list, or name another one as 'data.training_split', 'data.scored_split' or "
          + "'data.validation_split'."
      ) { _ = try dataset.sampleIDs(in: "val") }
    }
  }

  @Test func countsTheAbsentImagesOfAList() throws {
    try VOCFixture.use { fixture throws in
      try fixture.write("x\na\ny\nb\n", to: "ImageSets/Segmentation/val.txt")
      expectMessage(
        """
        2 of the 4 images that '\(fixture.root)/ImageSets/Segmentation/val.txt' names are absent, \
        the first is 'x'. Download the missing images or remove their lines.
        """
      ) { _ = try VOCDataset(.init(root: fixture.root)).sampleIDs(in: "val") }
    }
  }

  @Test func refusesSamplesWithoutImageOrMask() throws {
    try VOCFixture.use { fixture throws in
      let root = fixture.root
      let dataset = try VOCDataset(.init(root: root))
      expectMessage(
        """
        The sample 'x' has no image in '\(root)/JPEGImages'. Expected 'x.jpg', '.jpeg' or '.png'.
        """
      ) { _ = try dataset.image(of: "x") }
      expectMessage(
        """
        The sample 'x' has no mask 'x.png' in '\(root)/SegmentationClass' or \
        '\(root)/SegmentationClassAug'. Expected one for every scored sample; score another list, \
        or add the folder with its masks to 'data.mask_folders'.
        """
      ) { _ = try dataset.groundTruth(of: "x") }
    }
  }

  @Test func findsBadFilesWithoutDecodingThem() throws {
    try VOCFixture.use { fixture in
      let dataset = try VOCDataset(.init(root: fixture.root))
      try dataset.checkFiles(of: ["a", "b", "c"], withMasks: true)
      let image = "\(fixture.root)/JPEGImages/a.png"
      try RGBImage(width: 5, height: 3, red: 0, green: 0, blue: 0).writePNG(to: image)
      try dataset.checkFiles(of: ["a"], withMasks: false)
      expectMessage(
        "The mask '\(fixture.root)/SegmentationClass/a.png' of 'a' is 4×3, its image is 5×3. "
          + "Expected equal sizes; replace the mask or the image."
      ) { try dataset.checkFiles(of: ["b", "a"], withMasks: true) }
      try fixture.write("", to: "JPEGImages/a.png")
      expectMessage(
        "'\(image)' is empty. Expected a PNG or JPEG image; copy or download the file again."
      ) { try dataset.checkFiles(of: ["a"], withMasks: false) }
    }
  }

  @Test func refusesMasksThatDoNotFit() throws {
    try VOCFixture.use { fixture throws in
      let path = "\(fixture.root)/SegmentationClass/a.png"
      let dataset = try VOCDataset(.init(root: fixture.root))
      try LabelMap(width: 3, height: 4, filledWith: 0).write(to: path)
      expectMessage(
        """
        The mask '\(path)' of 'a' is 3×4, its image is 4×3. Expected equal sizes; replace the mask \
        or the image.
        """
      ) { _ = try dataset.groundTruth(of: "a") }
      try LabelMap(width: 4, height: 3, filledWith: 3).write(to: path)
      expectMessage(
        """
        The mask '\(path)' of 'a' has the index 3. Expected 0 to 2, or 255 for ignored pixels; \
        check the class list.
        """
      ) { _ = try dataset.groundTruth(of: "a") }
    }
  }

  @Test func refusesUnknownAndRepeatedClasses() throws {
    try VOCFixture.use { fixture throws in
      expectMessage(
        """
        Unknown class 'dogs' in the configuration. Did you mean 'dog'? Known classes: cat, dog.
        """
      ) { _ = try VOCDataset(.init(root: fixture.root, classes: ["cat", "dogs"])) }
      expectMessage(
        "The class 'cat' stands twice in the configuration. Remove one of the two."
      ) { _ = try VOCDataset(.init(root: fixture.root, classes: ["cat", "cat"])) }
    }
  }

  @Test(arguments: [
    ("cat\ndog\n", "the first line is 'cat'"), ("", "the first line is ''"),
    ("background\n", "it has 0 foreground classes"),
  ])
  func refusesFilesThatAreNoClassNames(text: String, reason: String) throws {
    try VOCFixture.use { fixture throws in
      try fixture.write(text, to: "class_names.txt")
      let path = "\(fixture.root)/class_names.txt"
      expectMessage(
        """
        '\(path)' is not a list of class names: \(reason). Expected 'background', then one \
        foreground class a line.
        """
      ) { _ = try VOCDataset(.init(root: fixture.root)) }
    }
  }

  @Test func refusesClassNamesThatRepeat() throws {
    try VOCFixture.use { fixture throws in
      try fixture.write("background\ncat\ncat\n", to: "class_names.txt")
      let path = "\(fixture.root)/class_names.txt"
      expectMessage("The class 'cat' stands twice in '\(path)'. Remove one of the two.") {
        _ = try VOCDataset(.init(root: fixture.root))
      }
    }
  }

  @Test func refusesAnEmptyClassList() throws {
    try VOCFixture.use { fixture throws in
      expectMessage("The configuration keeps no class. Name one, or leave 'classes' out.") {
        _ = try VOCDataset(.init(root: fixture.root, classes: []))
      }
    }
  }
}
