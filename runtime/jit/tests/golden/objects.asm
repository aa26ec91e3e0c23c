  stp fp, lr, [sp, #-16]!
  mov fp, sp
  stp x27, x28, [sp, #-16]!
  stp x25, x26, [sp, #-16]!
  stp x23, x24, [sp, #-16]!
  stp x21, x22, [sp, #-16]!
  stp x19, x20, [sp, #-16]!
  sub sp, sp, #16
block0:
  add x5, x3, #240
  ldr x6, [x2, #24]
  ldr x6, [x6]
  subs xzr, x5, x6
  b.hi label27 ; b label1
block1:
  str x3, [x2, #48]
  ldr x8, [x2, #32]
  str x5, [x8]
  b label2
block2:
  load_ext_name_far x20, User(userextname0)+0
  ldr x23, [x2, #8]
  mov x25, x2
  ldr d16, [x20, #16]
  ldr x1, [x3]
  ldr x10, [x3, #8]
  mov x27, x3
  sub x11, x1, #1
  and x11, x11, #3
  cbnz x11, label3 ; b label4
block4:
  ldur w12, [x1, #-1]
  subs wzr, w12, #7
  b.ne label5 ; b label6
block6:
  tbz x10, #1, label7 ; b label8
block8:
  ldur x19, [x1, #7]
  ldur x24, [x1, #15]
  ldrb w21, [x1, #23]
  subs xzr, x21, x24
  b.hs label9 ; b label10
block10:
  add x0, x1, #15
  mov x28, x1
  ldr x26, [x0, x21, LSL #3]
  sub x0, x10, #3
  extr x0, x0, #4
  fmov d20, x0
  fmul d0, d20, d16
  str q0, [sp]
  fcmp d0, d20
  cset x22, mi
  ldr q20, [sp]
  mov x0, v20.d[0]
  extr x0, x0, #60
  add x0, x0, #3
  tbz x0, #1, label12 ; b label11
block11:
  mov x1, x28
  b label13
block13:
  stur x0, [x1, #7]
  ldrb w0, [x1, #5]
  tbnz x0, #0, label15 ; b label14
block14:
  b label16
block16:
  ldr x0, [x23, #32]
  ldr x1, [x23, #40]
  sub x1, x1, x0
  subs xzr, x1, #32
  b.lo label18 ; b label17
block17:
  add x1, x0, #32
  str x1, [x23, #32]
  b label19
block19:
  movz x1, #7
  movk x1, x1, #1, LSL #32
  str x1, [x0]
  add x23, x0, #1
  str x26, [x0, #8]
  str x24, [x0, #16]
  load_ext_name_far x2, User(userextname4)+0
  mov x0, x25
  mov x1, x19
  blr x2
  mov x24, x27
  mov x26, x0
  str x19, [x24, #24]
  uxtb w2, w22
  load_ext_name_far x3, User(userextname5)+0
  mov x1, x23
  mov x0, x25
  ldr q0, [sp]
  blr x3
  cbnz x1, label25 ; b label20
block20:
  ldar x1, [x20]
  cbnz x1, label23 ; b label21
block21:
  ldr x19, [x24, #24]
  b label22
block3:
  b label26
block5:
  b label26
block7:
  b label26
block9:
  b label26
block12:
  load_ext_name_far x1, User(userextname1)+0
  mov x0, x25
  ldr q0, [sp]
  blr x1
  mov x1, x28
  b label13
block15:
  load_ext_name_far x2, User(userextname2)+0
  mov x0, x25
  blr x2
  b label16
block18:
  movz x1, #32
  load_ext_name_far x2, User(userextname3)+0
  mov x0, x25
  blr x2
  b label19
block22:
  movz x2, #5
  uxtb w1, w22
  b label24
block23:
  movz x2, #4
  uxtb w1, w22
  b label24
block24:
  str x21, [x25, #72]
  str x0, [x25, #80]
  str x1, [x25, #88]
  str x19, [x25, #96]
  mov x0, x26
  str x0, [x25, #104]
  ldr q20, [sp]
  str d20, [x25, #112]
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  add sp, sp, #16
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp x23, x24, [sp], #16
  ldp x25, x26, [sp], #16
  ldp x27, x28, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block25:
  movz x2, #3
  str x19, [x25, #72]
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  add sp, sp, #16
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp x23, x24, [sp], #16
  ldp x25, x26, [sp], #16
  ldp x27, x28, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block26:
  movz x2, #2
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  add sp, sp, #16
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp x23, x24, [sp], #16
  ldp x25, x26, [sp], #16
  ldp x27, x28, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block27:
  movz x2, #1
  movz x3, #0
  add sp, sp, #16
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp x23, x24, [sp], #16
  ldp x25, x26, [sp], #16
  ldp x27, x28, [sp], #16
  ldp fp, lr, [sp], #16
  ret
