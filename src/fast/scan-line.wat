;; Walks over one line of JSON as strictly as JSON.parse (RFC 8259), makes nothing of it, and notes on the tape where the known fields lie.
;; The same as scan-line.ts, which says why and is easier to read; addresses are explained in line-memory.ts. Together with lexing.wat it is
;; a module, of which `node scripts/compile-wat.ts` makes scan-line.wasm.ts.

(global $STACK i32 (i32.const 512))
(global $DEEPEST i32 (i32.const 3712))
(global $TAPE_END i32 (i32.const 4092))
(global $NODES i32 (i32.const 4096))
(global $TAPE i32 (i32.const 28672))
(global $TAPE_FULL i32 (i32.const 110592))
(global $TEXT_SLOTS i32 (i32.const 110592))
(global $TEXTS i32 (i32.const 241664))
(global $LAST_STRICT i32 (i32.const 5))
(global $LONG i32 (i32.const 600))
(global $DECIDING i32 (i32.const 200))
(global $HOLE i32 (i32.const 254))
(global $ELEMENT i32 (i32.const 255))

;; Whether $length bytes are the same. $address is followed by bytes up to a multiple of 16.
(func $equal (param $address i32) (param $p i32) (param $length i32) (result i32)
  (local $differ i32)
  (loop $next
    (local.set $differ
      (i32.xor (i32.const 0xffff)
        (i8x16.bitmask (i8x16.eq (v128.load (local.get $address)) (v128.load (local.get $p))))))
    (if (i32.le_u (local.get $length) (i32.const 16))
      (then (return (i32.ge_u (i32.ctz (local.get $differ)) (local.get $length)))))
    (if (local.get $differ) (then (return (i32.const 0))))
    (local.set $address (i32.add (local.get $address) (i32.const 16)))
    (local.set $p (i32.add (local.get $p) (i32.const 16)))
    (local.set $length (i32.sub (local.get $length) (i32.const 16)))
    (br $next))
  (unreachable))

;; The field of a node with this name; else 0.
(func $find (param $node i32) (param $start i32) (param $end i32) (result i32)
  (local $length i32) (local $place i32) (local $field i32) (local $address i32)
  (local.set $length (i32.sub (local.get $end) (local.get $start)))
  (if (i32.eqz (local.get $length)) (then (return (i32.const 0))))
  (local.set $place
    (i32.add (i32.mul (local.get $length) (i32.const 37))
      (i32.add (i32.mul (i32.load8_u (local.get $start)) (i32.const 5))
        (i32.load8_u (i32.sub (local.get $end) (i32.const 1))))))
  (loop $next
    (local.set $field
      (i32.add (global.get $NODES)
        (i32.shl
          (i32.add (i32.shl (local.get $node) (i32.const 6)) (i32.and (local.get $place) (i32.const 63)))
          (i32.const 4))))
    (local.set $address (i32.load (local.get $field)))
    (if (i32.eqz (local.get $address)) (then (return (i32.const 0))))
    (if (i32.eq (i32.load offset=4 (local.get $field)) (local.get $length))
      (then
        (if (call $equal (local.get $address) (local.get $start) (local.get $length))
          (then (return (local.get $field))))))
    (local.set $place (i32.add (local.get $place) (i32.const 1)))
    (br $next))
  (unreachable))

(func $mixed (param $hash i32) (param $word i32) (result i32)
  (local.set $hash (i32.mul (i32.xor (local.get $hash) (local.get $word)) (i32.const 0x9e3779b1)))
  (i32.xor (local.get $hash) (i32.shr_u (local.get $hash) (i32.const 15))))

;; The number of a text that is known; else 0.
(func $text_number (param $start i32) (param $end i32) (result i32)
  (local $hash i32) (local $p i32) (local $slot i32) (local $number i32) (local $text i32)
  (local.set $hash (i32.sub (local.get $end) (local.get $start)))
  (local.set $p (local.get $start))
  (block $short
    (loop $next
      (br_if $short (i32.gt_u (i32.add (local.get $p) (i32.const 4)) (local.get $end)))
      (local.set $hash (call $mixed (local.get $hash) (i32.load (local.get $p))))
      (local.set $p (i32.add (local.get $p) (i32.const 4)))
      (br $next)))
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $p) (local.get $end)))
      (local.set $hash (call $mixed (local.get $hash) (i32.load8_u (local.get $p))))
      (local.set $p (i32.add (local.get $p) (i32.const 1)))
      (br $next)))
  (local.set $slot (local.get $hash))
  (loop $next
    (local.set $number
      (i32.load
        (i32.add (global.get $TEXT_SLOTS) (i32.shl (i32.and (local.get $slot) (i32.const 32767)) (i32.const 2)))))
    (if (i32.eqz (local.get $number)) (then (return (i32.const 0))))
    (local.set $text (i32.add (global.get $TEXTS) (i32.shl (local.get $number) (i32.const 4))))
    (if (i32.and
          (i32.eq (i32.load (local.get $text)) (local.get $hash))
          (i32.eq (i32.load offset=8 (local.get $text)) (i32.sub (local.get $end) (local.get $start))))
      (then
        (if (call $equal (i32.load offset=4 (local.get $text)) (local.get $start)
              (i32.sub (local.get $end) (local.get $start)))
          (then (return (local.get $number))))))
    (local.set $slot (i32.add (local.get $slot) (i32.const 1)))
    (br $next))
  (unreachable))

(func $note (param $tape i32) (param $id i32) (param $name i32) (param $at i32) (param $text i32)
  (i32.store (local.get $tape) (local.get $id))
  (i32.store offset=4 (local.get $tape) (local.get $name))
  (i32.store offset=8 (local.get $tape) (local.get $at))
  (i32.store offset=12 (local.get $tape) (i32.const 0))
  (i32.store offset=16 (local.get $tape) (local.get $text)))

;; Whether a known field says nothing: null where all is known, or a word that is not worth mentioning.
(func $unspoken (param $field i32) (param $node i32) (param $at i32) (result i32)
  (local $quiet i32) (local $end i32)
  (if (i32.eqz (local.get $field)) (then (return (i32.const 0))))
  (if (i32.le_u (local.get $node) (global.get $LAST_STRICT))
    (then (return (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x6e)))))
  (local.set $quiet (i32.load8_u offset=11 (local.get $field)))
  (if (i32.eqz (local.get $quiet)) (then (return (i32.const 0))))
  (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x22)) (then (return (i32.const 0))))
  (local.set $at (i32.add (local.get $at) (i32.const 1)))
  (local.set $end (call $name_end (local.get $at)))
  (if (i32.lt_s (local.get $end) (i32.const 0)) (then (return (i32.const 0))))
  (i32.ne (call $find (local.get $quiet) (local.get $at) (local.get $end)) (i32.const 0)))

;; From the opening brace of a line to its line feed; -1 when it is not one JSON object of the plain kind.
(func (export "scan") (param $at i32) (result i32)
  (local $top i32) (local $tape i32) (local $own i32) (local $decided i32) (local $field i32) (local $id i32)
  (local $child i32) (local $items i32) (local $name i32) (local $node i32) (local $c i32) (local $end i32)
  (local.set $top (global.get $STACK))
  (local.set $tape (global.get $TAPE))
  (local.set $child (i32.const 1))
  (loop $value
    ;; A value begins.
    (local.set $own (i32.const 0))
    (if (local.get $id)
      (then
        (if (i32.eqz (call $unspoken (local.get $field) (i32.load (local.get $top)) (local.get $at)))
          (then
            (if (i32.eq (local.get $tape) (global.get $TAPE_FULL)) (then (return (i32.const -1))))
            (call $note (local.get $tape) (local.get $id) (local.get $name) (local.get $at)
              (select (i32.sub (i32.const 0) (i32.load8_u offset=13 (local.get $field))) (i32.const 0)
                (local.get $field)))
            (local.set $own (local.get $tape))
            (local.set $tape (i32.add (local.get $tape) (i32.const 20)))
            (if (i32.eq (local.get $id) (global.get $DECIDING)) (then (local.set $decided (i32.const 1))))
            (if (i32.eq (local.get $id) (global.get $ELEMENT)) (then (local.set $decided (i32.const 0))))))))
    (local.set $c (i32.load8_u (local.get $at)))
    (block $member
      (block $ended
        (if (i32.eq (local.get $c) (i32.const 0x22))
          (then
            (local.set $end (call $string_end (i32.add (local.get $at) (i32.const 1))))
            (if (i32.lt_s (local.get $end) (i32.const 0)) (then (return (i32.const -1))))
            (if (i32.gt_s (i32.sub (local.get $end) (local.get $at)) (global.get $LONG))
              (then
                (if (i32.eq (local.get $tape) (global.get $TAPE_FULL)) (then (return (i32.const -1))))
                (call $note (local.get $tape) (global.get $HOLE) (local.get $at)
                  (i32.add (local.get $at) (i32.const 1)) (i32.const 0))
                (i32.store offset=12 (local.get $tape) (local.get $end))
                (local.set $tape (i32.add (local.get $tape) (i32.const 20)))))
            (local.set $at (i32.add (local.get $end) (i32.const 1)))
            (br $ended)))
        ;; [ and { differ from ] and } by 2, from each other by 0x20.
        (if (i32.eq (i32.or (local.get $c) (i32.const 0x20)) (i32.const 0x7b))
          (then
            (local.set $at (call $blank (i32.add (local.get $at) (i32.const 1))))
            (if (i32.eq (i32.load8_u (local.get $at)) (i32.add (local.get $c) (i32.const 2)))
              (then
                (local.set $at (i32.add (local.get $at) (i32.const 1)))
                (br $ended)))
            (if (i32.eq (local.get $top) (global.get $DEEPEST)) (then (return (i32.const -1))))
            (local.set $top (i32.add (local.get $top) (i32.const 16)))
            (local.set $c (i32.eq (local.get $c) (i32.const 0x7b)))
            (i32.store (local.get $top) (select (local.get $child) (local.get $items) (local.get $c)))
            (i32.store offset=4 (local.get $top) (local.get $c))
            (i32.store offset=8 (local.get $top) (i32.const 0))
            (i32.store offset=12 (local.get $top) (local.get $own))
            (br $member)))
        (local.set $at (call $scalar_end (local.get $at)))
        (if (i32.lt_s (local.get $at) (i32.const 0)) (then (return (i32.const -1)))))
      (loop $unwind
        ;; A value has ended.
        (if (local.get $own)
          (then
            (if (i32.and
                  (i32.eq (i32.load (local.get $own)) (global.get $ELEMENT))
                  (i32.eqz (local.get $decided)))
              (then (local.set $tape (local.get $own)))
              (else
                (i32.store offset=12 (local.get $own) (local.get $at))
                (if (i32.load offset=16 (local.get $own))
                  (then
                    (local.set $name (i32.load offset=8 (local.get $own)))
                    (local.set $c (i32.eq (i32.load8_u (local.get $name)) (i32.const 0x22)))
                    (i32.store offset=16 (local.get $own)
                      (call $text_number
                        (i32.add (local.get $name) (local.get $c))
                        (i32.sub (local.get $at) (local.get $c))))))))))
        (local.set $at (call $blank (local.get $at)))
        (local.set $c (i32.load8_u (local.get $at)))
        (if (i32.eq (local.get $top) (global.get $STACK))
          (then
            (i32.store (global.get $TAPE_END) (local.get $tape))
            (return (select (local.get $at) (i32.const -1) (i32.eq (local.get $c) (i32.const 0x0a))))))
        (if (i32.eq (local.get $c) (i32.const 0x2c))
          (then
            (local.set $at (call $blank (i32.add (local.get $at) (i32.const 1))))
            (br $member)))
        (if (i32.ne (local.get $c)
              (select (i32.const 0x7d) (i32.const 0x5d) (i32.load offset=4 (local.get $top))))
          (then (return (i32.const -1))))
        (local.set $own (i32.load offset=12 (local.get $top)))
        (local.set $top (i32.sub (local.get $top) (i32.const 16)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $unwind)))
    ;; A member or element begins in the container on top.
    (local.set $node (i32.load (local.get $top)))
    (local.set $id (i32.const 0))
    (local.set $child (i32.const 0))
    (local.set $items (i32.const 0))
    (local.set $field (i32.const 0))
    (local.set $name (local.get $at))
    (local.set $c (i32.load8_u (local.get $at)))
    (if (i32.eqz (i32.load offset=4 (local.get $top)))
      (then
        (if (i32.and (i32.ne (local.get $node) (i32.const 0)) (i32.eq (local.get $c) (i32.const 0x7b)))
          (then
            (local.set $id (global.get $ELEMENT))
            (local.set $child (local.get $node))))
        (br $value)))
    (if (i32.ne (local.get $c) (i32.const 0x22)) (then (return (i32.const -1))))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (local.set $end
      (if (result i32) (local.get $node)
        (then (call $name_end (local.get $at)))
        (else (call $string_end (local.get $at)))))
    (if (i32.lt_s (local.get $end) (i32.const 0)) (then (return (i32.const -1))))
    (local.set $at (call $blank (i32.add (local.get $end) (i32.const 1))))
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x3a)) (then (return (i32.const -1))))
    (local.set $at (call $blank (i32.add (local.get $at) (i32.const 1))))
    (br_if $value (i32.eqz (local.get $node)))
    (local.set $field (call $find (local.get $node) (i32.add (local.get $name) (i32.const 1)) (local.get $end)))
    (if (i32.eqz (local.get $field))
      (then
        (if (i32.le_u (local.get $node) (global.get $LAST_STRICT)) (then (return (i32.const -1))))
        (br $value)))
    (if (i32.le_u (local.get $node) (global.get $LAST_STRICT))
      (then
        (local.set $c (i32.shl (i32.const 1) (i32.load8_u offset=12 (local.get $field))))
        (if (i32.and (i32.load offset=8 (local.get $top)) (local.get $c)) (then (return (i32.const -1))))
        (i32.store offset=8 (local.get $top) (i32.or (i32.load offset=8 (local.get $top)) (local.get $c)))))
    (local.set $id (i32.load8_u offset=8 (local.get $field)))
    (local.set $child (i32.load8_u offset=9 (local.get $field)))
    (local.set $items (i32.load8_u offset=10 (local.get $field)))
    (br $value))
  (unreachable))
