/// An expander whose network also segments: one training serves both roles.
///
/// Where a recipe names one plugin as expander and as segmenter, and the expander it makes is of
/// this type, the harness trains it once, on the seeds, and takes pseudo-masks and masks from it.
/// Beside an expander of another plugin it is a segmenter like any other, trained on pseudo-masks.
///
/// # Implementation requirements
///
/// - Register it under one name in both roles; see `PluginRegistry`.
/// - After `train(on:seeds:in:)` both `expand(_:in:environment:)` and `segment(_:in:)` use what was
///   learned.
public protocol ExpandingSegmenter: Expander, Segmenter {}
