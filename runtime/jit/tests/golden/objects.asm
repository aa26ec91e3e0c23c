  stp fp, lr, [sp, #-16]!
  mov fp, sp
  stp x25, x28, [sp, #-16]!
  stp x23, x24, [sp, #-16]!
  stp x21, x22, [sp, #-16]!
  stp x19, x20, [sp, #-16]!
  sub sp, sp, #16
block0:
  add x9, x3, #240
  ldr x10, [x2, #24]
  ldr x10, [x10]
  subs xzr, x9, x10
  b.hi label27 ; b label1
block1:
  str x3, [x2, #48]
  ldr x12, [x2, #32]
  str x9, [x12]
  b label2
block2:
  load_ext_name_far x20, User(userextname0)+0
  ldr x14, [x2, #8]
  mov x10, x2
  ldr d16, [x20, #16]
  ldr x2, [x3]
  ldr x15, [x3, #8]
  mov x28, x3
  sub x0, x2, #1
  and x0, x0, #3
  cbnz x0, label3 ; b label4
block4:
  ldur w0, [x2, #-1]
  subs wzr, w0, #7
  b.ne label5 ; b label6
block6:
  tbz x15, #1, label7 ; b label8
block8:
  ldur x19, [x2, #7]
  ldur x3, [x2, #15]
  ldrb w21, [x2, #23]
  subs xzr, x21, x3
  b.hs label9 ; b label10
block10:
  add x0, x2, #15
  ldr x5, [x0, x21, LSL #3]
  sub x0, x15, #3
  extr x0, x0, #4
  fmov d24, x0
  fmul d0, d24, d16
  fcmp d0, d24
  cset x25, mi
  mov x0, v0.d[0]
  extr x0, x0, #60
  add x4, x0, #3
  tbz x4, #1, label12 ; b label11
block11:
  mov x0, x10
  str q0, [sp]
  b label13
block13:
  stur x4, [x2, #7]
  ldrb w1, [x2, #5]
  tbnz x1, #0, label15 ; b label14
block14:
  b label16
block16:
  ldr x2, [x14, #32]
  ldr x1, [x14, #40]
  sub x1, x1, x2
  subs xzr, x1, #32
  b.lo label18 ; b label17
block17:
  add x1, x2, #32
  str x1, [x14, #32]
  mov x10, x0
  b label19
block19:
  movz x0, #7
  movk x0, x0, #1, LSL #32
  str x0, [x2]
  add x23, x2, #1
  str x5, [x2, #8]
  str x3, [x2, #16]
  load_ext_name_far x2, User(userextname6)+0
  mov x22, x10
  mov x0, x22
  mov x1, x19
  blr x2
  mov x24, x0
  str x19, [x28, #24]
  uxtb w2, w25
  load_ext_name_far x3, User(userextname7)+0
  mov x1, x23
  mov x0, x22
  ldr q0, [sp]
  blr x3
  cbnz x1, label25 ; b label20
block20:
  ldar x1, [x20]
  cbnz x1, label23 ; b label21
block21:
  ldr x19, [x28, #24]
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
  load_ext_name_far x1, User(userextname2)+0
  load_ext_name_far x4, User(userextname1)+0
  mov x0, x10
  blr x4
  str q0, [sp]
  ldr x4, [x0, #4184]
  b label13
block15:
  load_ext_name_far x1, User(userextname4)+0
  load_ext_name_far x4, User(userextname3)+0
  blr x4
  ldr x1, [x0, #4184]
  b label16
block18:
  movz x2, #32
  load_ext_name_far x1, User(userextname5)+0
  load_ext_name_far x4, User(userextname3)+0
  blr x4
  ldr x2, [x0, #4184]
  mov x10, x0
  b label19
block22:
  movz x2, #5
  uxtb w1, w25
  b label24
block23:
  movz x2, #4
  uxtb w1, w25
  b label24
block24:
  str x21, [x22, #72]
  str x0, [x22, #80]
  str x1, [x22, #88]
  str x19, [x22, #96]
  mov x0, x24
  str x0, [x22, #104]
  ldr q0, [sp]
  str d0, [x22, #112]
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  add sp, sp, #16
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp x23, x24, [sp], #16
  ldp x25, x28, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block25:
  movz x2, #3
  str x19, [x22, #72]
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  add sp, sp, #16
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp x23, x24, [sp], #16
  ldp x25, x28, [sp], #16
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
  ldp x25, x28, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block27:
  movz x2, #1
  movz x3, #0
  add sp, sp, #16
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldp x23, x24, [sp], #16
  ldp x25, x28, [sp], #16
  ldp fp, lr, [sp], #16
  ret
