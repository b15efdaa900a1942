import SessionDescription
import Testing

/// Session descriptions as phones, proxies and browsers send them.
enum Samples {
    /// Audio with events of two clock rates, keys for SRTP, and a fax beside it.
    static let phone = """
        v=0
        o=alice 2890844526 2890844527 IN IP4 192.0.2.10
        s=-
        c=IN IP4 192.0.2.10
        t=0 0
        a=group:BUNDLE a b
        a=ice-lite
        m=audio 49170 RTP/SAVP 0 8 18 9 96 101 102 13
        i=the line
        a=rtpmap:0 PCMU/8000
        a=rtpmap:96 opus/48000/2
        a=fmtp:96 useinbandfec=1; maxptime=60
        a=rtcp-fb:96 transport-cc
        a=rtcp-fb:* nack
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=rtpmap:102 Telephone-Event/48000
        a=fmtp:102 0-16
        a=fmtp:18 annexb=no
        a=rtcp:53020 IN IP4 192.0.2.11
        a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20|1:4 UNENCRYPTED_SRTCP
        a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj
        a=ice-ufrag:F7gI
        a=ice-pwd:x9cml/YzichV2+XlhiMu8g
        a=candidate:1 1 UDP 2130706431 192.0.2.10 49170 typ host
        a=ptime:20
        a=maxptime:60
        a=sendonly
        a=x-odd: kept  as   it is
        m=image 49180/2 udptl t38
        c=IN IP6 2001:db8::5
        a=T38FaxVersion:0
        """.replacing("\n", with: "\r\n") + "\r\n"

    static let plain =
        "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 4000 RTP/AVP 8 97\n"
        + "a=rtpmap:97 telephone-event/8000"

    static func parsed(_ text: String) throws(SDPFault) -> SessionDescription {
        try SessionDescription(parsing: Array(text.utf8))
    }

    static func text(_ sdp: SessionDescription) -> String { String(decoding: sdp.bytes, as: UTF8.self) }
}
