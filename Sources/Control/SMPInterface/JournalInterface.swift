package import StrictJSON

/// The journal: every grant, dot, denial, fault and act, in a chain of hashes that anyone can verify.
/// Reading only; nothing here changes an entry.
package enum JournalInterface: Interface {
  package static let name = "io.smpd.journal"
  package static var text: String { String(decoding: PackageResources.io_smpd_journal_varlink, as: UTF8.self) }
  package static let methods: [any InterfaceMethod.Type] = [Read.self, DescribeKey.self]
}

extension JournalInterface {
  /// A text the chain holds only as a salted commitment, such as a name or a reason, so that it can be erased.
  package struct Disclosure: InterfaceRecord {
    /// The commitment as it stands in the entry, 64 hexadecimal digits: SHA-256 of smpd.confidential.1, a zero byte, the
    /// 32 bytes of the salt and the text.
    package let commitment: String
    /// The salt, 64 hexadecimal digits.
    package let salt: String
    /// The text.
    package let text: String

    package init(commitment: String, salt: String, text: String) {
      self.commitment = commitment
      self.salt = salt
      self.text = text
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      commitment = try object.required("commitment")
      salt = try object.required("salt")
      text = try object.required("text")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("commitment", commitment)
      object.put("salt", salt)
      object.put("text", text)
      return object
    }
  }

  /// One entry. The hash is SHA-256 over the hash before it followed by the bytes of text.
  package struct Entry: InterfaceRecord {
    /// Counts up from 1 without gaps.
    package let number: Int64
    /// The canonical text of the entry, a JSON object, byte for byte as it was hashed.
    package let text: String
    /// The hash of the chain up to and with this entry, 64 hexadecimal digits.
    package let hash: String
    /// The texts behind its commitments that are not erased and that the caller may see; absent when there are none.
    package let disclosures: [Disclosure]?

    package init(number: Int64, text: String, hash: String, disclosures: [Disclosure]? = nil) {
      self.number = number
      self.text = text
      self.hash = hash
      self.disclosures = disclosures
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      number = try object.required("number")
      text = try object.required("text")
      hash = try object.required("hash")
      disclosures = try object.optional("disclosures")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("number", number)
      object.put("text", text)
      object.put("hash", hash)
      object.put("disclosures", disclosures)
      return object
    }
  }

  /// The newest durable entry.
  package struct Head: InterfaceRecord {
    /// Its number; 0 while the journal is empty.
    package let number: Int64
    /// Its hash, 64 hexadecimal digits.
    package let hash: String

    package init(number: Int64, hash: String) {
      self.number = number
      self.hash = hash
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      number = try object.required("number")
      hash = try object.required("hash")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("number", number)
      object.put("hash", hash)
      return object
    }
  }

  /// Entries in the order of their numbers. Without the more flag: one batch; call again with the last number as after.
  /// With it: batches until the head is reached, and with follow every later entry as it becomes durable; none is left out.
  package enum Read: InterfaceMethod {
    package static let name = "io.smpd.journal.Read"
    package static let streaming = Streaming.supported

    package struct Parameters: InterfaceRecord {
      /// Only entries with a larger number; absent means from the first.
      package let after: Int64?
      /// Entries in one batch, 1 to 1000; absent means 500. The daemon may send fewer, to keep a message below 1 MiB.
      package let limit: Int64?
      /// Only entries of this session; such a batch has gaps and cannot be verified by itself.
      package let session: String?
      /// Go on with new entries after the head is reached; needs the more flag.
      package let follow: Bool?

      package init(after: Int64? = nil, limit: Int64? = nil, session: String? = nil, follow: Bool? = nil) {
        self.after = after
        self.limit = limit
        self.session = session
        self.follow = follow
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        after = try object.optional("after")
        limit = try object.optional("limit")
        session = try object.optional("session")
        follow = try object.optional("follow")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("after", after)
        object.put("limit", limit)
        object.put("session", session)
        object.put("follow", follow)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The entries; empty when there are no more.
      package let entries: [Entry]
      /// The newest durable entry when this batch was read.
      package let head: Head
      /// The name of this journal, made when it was created; it stands in the first entry of the chain.
      package let journalID: String

      package init(entries: [Entry], head: Head, journalID: String) {
        self.entries = entries
        self.head = head
        self.journalID = journalID
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        entries = try object.required("entries")
        head = try object.required("head")
        journalID = try object.required("journalID")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("entries", entries)
        object.put("head", head)
        object.put("journalID", journalID)
        return object
      }
    }
  }
}

extension JournalInterface {
  /// The public part of the station's key: who has it can check every seal, here or on another machine, and make none.
  package enum DescribeKey: InterfaceMethod {
    package static let name = "io.smpd.journal.DescribeKey"
    package typealias Parameters = NoMembers

    package struct Reply: InterfaceRecord {
      /// The Ed25519 public key, 64 hexadecimal digits.
      package let key: String
      /// SHA-256 of its 32 bytes, 64 hexadecimal digits; every seal names its key by it.
      package let fingerprint: String

      package init(key: String, fingerprint: String) {
        self.key = key
        self.fingerprint = fingerprint
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        key = try object.required("key")
        fingerprint = try object.required("fingerprint")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("key", key)
        object.put("fingerprint", fingerprint)
        return object
      }
    }
  }
}
