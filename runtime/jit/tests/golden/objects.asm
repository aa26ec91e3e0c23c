  stp fp, lr, [sp, #-16]!
  mov fp, sp
  stp x27, x28, [sp, #-16]!
  stp x25, x26, [sp, #-16]!
  stp x23, x24, [sp, #-16]!
  stp x21, x22, [sp, #-16]!
  stp x19, x20, [sp, #-16]!
  sub sp, sp, #16
block0:
  load_ext_name_far x19, User(userextname0)+0
  ldr x24, [x0]
  mov x5, x0
  ldr d0, [x19, #8]
  ldr x2, [x1]
  ldr x0, [x1, #8]
  mov x27, x1
  sub x1, x2, #1
  and x1, x1, #3
  cbnz x1, label1 ; b label2
block2:
  ldur w1, [x2, #-1]
  subs wzr, w1, #7
  b.ne label3 ; b label4
block4:
  tbz x0, #1, label5 ; b label6
block6:
  ldur x22, [x2, #7]
  ldur x25, [x2, #15]
  ldrb w20, [x2, #23]
  subs xzr, x20, x25
  b.hs label7 ; b label8
block8:
  add x3, x2, #15
  mov x28, x2
  ldr x26, [x3, x20, LSL #3]
  sub x3, x0, #3
  extr x3, x3, #4
  fmov d3, x3
  fmul d0, d3, d0
  str q0, [sp]
  fcmp d0, d3
  cset x23, mi
  ldr q3, [sp]
  mov x4, v3.d[0]
  extr x4, x4, #60
  add x0, x4, #3
  tbz x0, #1, label10 ; b label9
block9:
  mov x1, x28
  mov x21, x5
  b label11
block11:
  stur x0, [x1, #7]
  ldrb w8, [x1, #5]
  tbnz x8, #0, label13 ; b label12
block12:
  b label14
block14:
  ldr x0, [x24, #32]
  ldr x12, [x24, #40]
  sub x12, x12, x0
  subs xzr, x12, #32
  b.lo label16 ; b label15
block15:
  add x14, x0, #32
  str x14, [x24, #32]
  b label17
block17:
  movz x1, #7
  movk x1, x1, #1, LSL #32
  str x1, [x0]
  add x24, x0, #1
  str x26, [x0, #8]
  str x25, [x0, #16]
  load_ext_name_far x2, User(userextname4)+0
  mov x0, x21
  mov x1, x22
  blr x2
  mov x25, x27
  mov x26, x0
  str x22, [x25, #24]
  uxtb w2, w23
  load_ext_name_far x3, User(userextname5)+0
  mov x1, x24
  mov x0, x21
  ldr q0, [sp]
  blr x3
  mov x2, x0
  cbnz x1, label23 ; b label18
block18:
  ldar x0, [x19]
  cbnz x0, label21 ; b label19
block19:
  ldr x22, [x25, #24]
  b label20
block1:
  b label24
block3:
  b label24
block5:
  b label24
block7:
  b label24
block10:
  load_ext_name_far x6, User(userextname1)+0
  mov x21, x5
  mov x0, x21
  ldr q0, [sp]
  blr x6
  mov x1, x28
  b label11
block13:
  load_ext_name_far x10, User(userextname2)+0
  mov x0, x21
  blr x10
  b label14
block16:
  movz x1, #32
  load_ext_name_far x2, User(userextname3)+0
  mov x0, x21
  blr x2
  b label17
block20:
  movz x0, #3
  uxtb w1, w23
  b label22
block21:
  movz x0, #2
  uxtb w1, w23
  b label22
block22:
  str x20, [x21, #40]
  str x2, [x21, #48]
  str x1, [x21, #56]
  str x22, [x21, #64]
  mov x1, x26
  str x1, [x21, #72]
  ldr q3, [sp]
  str d3, [x21, #80]
  add sp, sp, #16
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp x23, x24, [sp], #16
  ldp x25, x26, [sp], #16
  ldp x27, x28, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block23:
  movz x0, #1
  str x22, [x21, #40]
  add sp, sp, #16
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp x23, x24, [sp], #16
  ldp x25, x26, [sp], #16
  ldp x27, x28, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block24:
  movz x0, #0
  add sp, sp, #16
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp x23, x24, [sp], #16
  ldp x25, x26, [sp], #16
  ldp x27, x28, [sp], #16
  ldp fp, lr, [sp], #16
  ret
