extension Fault {
    /// The section of a command's help that describes the syntax of faults.
    public static let help = """
        FAULTS
          KIND[=SECONDS][*TIMES][@PROBABILITY][:any], separated by commas; ':any' also affects look-ups. Kinds:
          drop-before        closes the connection and does nothing
          commit-then-drop   books the payment and closes the connection without a reply
          mid-reply          books the payment and closes the connection in the middle of the reply
          slow               waits (1 s, or =SECONDS), then does the work
          late-reply         does the work, then waits
          500                does nothing and answers 500, and repeats it for the same idempotency key
          commit-then-500    books the payment and answers 500
          409, 429           refuses as busy, or as called too often
          duplicate-webhook, webhook-out-of-order
          Faults can be changed at run time: POST, GET or DELETE /admin/faults, form field 'faults'.
        """
}
