;; Where the parts of JSON end (RFC 8259): the first half of the module of scan-line.wat. Sixteen bytes are looked at with one instruction
;; (WebAssembly 2.0, vector instructions): most of a log object is prompts and completions, and all that happens to them is $string_end.

;; Behind white space.
(func $blank (param $p i32) (result i32)
  (local $c i32)
  (loop $next
    (local.set $c (i32.load8_u (local.get $p)))
    (if (i32.le_u (local.get $c) (i32.const 0x20))
      (then
        (if (i32.or (i32.eq (local.get $c) (i32.const 0x20))
              (i32.or (i32.eq (local.get $c) (i32.const 0x09)) (i32.eq (local.get $c) (i32.const 0x0d))))
          (then
            (local.set $p (i32.add (local.get $p) (i32.const 1)))
            (br $next))))))
  (local.get $p))

;; Which of sixteen bytes are a quote, a backslash or a control character.
(func $marks (param $p i32) (result i32)
  (local $v v128)
  (local.set $v (v128.load (local.get $p)))
  (i8x16.bitmask
    (v128.or
      (v128.or
        (i8x16.eq (local.get $v) (i8x16.splat (i32.const 0x22)))
        (i8x16.eq (local.get $v) (i8x16.splat (i32.const 0x5c))))
      (i8x16.lt_u (local.get $v) (i8x16.splat (i32.const 0x20))))))

;; The first quote, backslash or control character.
(func $mark (param $p i32) (result i32)
  (local $m i32)
  (loop $next
    (local.set $m (call $marks (local.get $p)))
    (if (i32.eqz (local.get $m))
      (then
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (br $next))))
  (i32.add (local.get $p) (i32.ctz (local.get $m))))

;; The quote that ends a name without escapes; else -1.
(func $name_end (param $p i32) (result i32)
  (local.set $p (call $mark (local.get $p)))
  (select (local.get $p) (i32.const -1) (i32.eq (i32.load8_u (local.get $p)) (i32.const 0x22))))

;; The quote that ends a string; -1 where there is a control character or an escape that JSON does not have.
(func $string_end (param $p i32) (result i32)
  (local $c i32)
  (loop $next
    (local.set $p (call $mark (local.get $p)))
    (local.set $c (i32.load8_u (local.get $p)))
    (if (i32.eq (local.get $c) (i32.const 0x22)) (then (return (local.get $p))))
    (if (i32.ne (local.get $c) (i32.const 0x5c)) (then (return (i32.const -1))))
    (local.set $c (i32.load8_u (i32.load8_u offset=1 (local.get $p))))
    (if (i32.eq (local.get $c) (i32.const 1))
      (then
        (local.set $p (i32.add (local.get $p) (i32.const 2)))
        (br $next)))
    (if (i32.and
          (i32.eq (local.get $c) (i32.const 2))
          (i32.and
            (i32.and
              (i32.load8_u offset=256 (i32.load8_u offset=2 (local.get $p)))
              (i32.load8_u offset=256 (i32.load8_u offset=3 (local.get $p))))
            (i32.and
              (i32.load8_u offset=256 (i32.load8_u offset=4 (local.get $p)))
              (i32.load8_u offset=256 (i32.load8_u offset=5 (local.get $p))))))
      (then
        (local.set $p (i32.add (local.get $p) (i32.const 6)))
        (br $next))))
  (i32.const -1))

(func $digits (param $p i32) (result i32)
  (local $start i32)
  (local.set $start (local.get $p))
  (loop $next
    (if (i32.lt_u (i32.sub (i32.load8_u (local.get $p)) (i32.const 0x30)) (i32.const 10))
      (then
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (br $next))))
  (select (i32.const -1) (local.get $p) (i32.eq (local.get $p) (local.get $start))))

(func $number_end (param $p i32) (result i32)
  (local $c i32)
  (if (i32.eq (i32.load8_u (local.get $p)) (i32.const 0x2d))
    (then (local.set $p (i32.add (local.get $p) (i32.const 1)))))
  (if (i32.eq (i32.load8_u (local.get $p)) (i32.const 0x30))
    (then (local.set $p (i32.add (local.get $p) (i32.const 1))))
    (else
      (local.set $p (call $digits (local.get $p)))
      (if (i32.lt_s (local.get $p) (i32.const 0)) (then (return (i32.const -1))))))
  (if (i32.eq (i32.load8_u (local.get $p)) (i32.const 0x2e))
    (then
      (local.set $p (call $digits (i32.add (local.get $p) (i32.const 1))))
      (if (i32.lt_s (local.get $p) (i32.const 0)) (then (return (i32.const -1))))))
  (if (i32.eq (i32.or (i32.load8_u (local.get $p)) (i32.const 0x20)) (i32.const 0x65))
    (then
      (local.set $p (i32.add (local.get $p) (i32.const 1)))
      (local.set $c (i32.load8_u (local.get $p)))
      (if (i32.or (i32.eq (local.get $c) (i32.const 0x2b)) (i32.eq (local.get $c) (i32.const 0x2d)))
        (then (local.set $p (i32.add (local.get $p) (i32.const 1)))))
      (return (call $digits (local.get $p)))))
  (local.get $p))

;; true, false, null or a number.
(func $scalar_end (param $p i32) (result i32)
  (local $c i32)
  (local.set $c (i32.load8_u (local.get $p)))
  (if (i32.eq (local.get $c) (i32.const 0x74))
    (then (return (select (i32.add (local.get $p) (i32.const 4)) (i32.const -1)
      (i32.eq (i32.load (local.get $p)) (i32.const 0x65757274))))))
  (if (i32.eq (local.get $c) (i32.const 0x6e))
    (then (return (select (i32.add (local.get $p) (i32.const 4)) (i32.const -1)
      (i32.eq (i32.load (local.get $p)) (i32.const 0x6c6c756e))))))
  (if (i32.eq (local.get $c) (i32.const 0x66))
    (then (return (select (i32.add (local.get $p) (i32.const 5)) (i32.const -1)
      (i32.eq (i32.load offset=1 (local.get $p)) (i32.const 0x65736c61))))))
  (call $number_end (local.get $p)))
