/// The store's word that every entry up to a number is on the disk for good.
///
/// Only `SMPJournal` may make one: another target could promise what no disk has heard of (S2). A Tidy test keeps its
/// maker's name out of every other target.
package struct Durable: Hashable, Sendable {
  package let upTo: UInt64
  package init(committed upTo: UInt64) { self.upTo = upTo }
}
