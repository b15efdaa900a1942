extension Fault {
    /// The section of a command's help that describes how faults are written.
    public static let help = """
        FAULTS
          KIND[=SECONDS][*TIMES][@PROBABILITY][:any], separated by commas; ':any' hits look-ups, too. Kinds:
          drop-before        closes the connection, nothing done
          commit-then-drop   books the payment, closes the connection without a reply
          mid-reply          books the payment, closes the connection half-way through the reply
          slow               waits, then does the work (1 s unless =SECONDS says otherwise)
          late-reply         does the work, then waits
          500                answers 500, nothing done, and the same again to the same idempotency key
          commit-then-500    books the payment, answers 500
          409, 429           refuses as busy, as called too often
          duplicate-webhook, webhook-out-of-order
          They can be changed while it runs: POST, GET or DELETE /admin/faults, form field 'faults'.
        """
}
